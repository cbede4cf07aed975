"""The tree: pages, leaves and branches, the directory of globals, the freelist."""
