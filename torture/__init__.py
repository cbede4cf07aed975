"""The proof: a simulated disk, crash states, an oracle."""
