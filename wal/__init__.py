"""The journal: frames, segments, the writer with its group commit, the reader."""
