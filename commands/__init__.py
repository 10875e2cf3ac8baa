"""The commands of ``./hcc``. What the bootstrap imports needs the standard library only."""
