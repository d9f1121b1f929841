"""Configs, history, logs and audit to take away, now or on a schedule: streamed, with what is ours alone and no secret."""
