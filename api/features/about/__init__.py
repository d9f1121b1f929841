"""What this program is, and what it runs on here."""
