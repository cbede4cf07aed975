"""The M language: source, grammar, machine."""
