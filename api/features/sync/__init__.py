"""How everything stands, a pass on demand, and what recorded passes did."""
