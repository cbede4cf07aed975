"""What keeps tree and journal in step: checkpoint, recovery, replay, verification."""
