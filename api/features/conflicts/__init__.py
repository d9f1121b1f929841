"""Fields that both sides changed differently: look, preview, decide."""
