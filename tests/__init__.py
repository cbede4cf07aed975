"""Tests. The name of each is the sentence that it proves."""
