"""Rasa's action server: one module a capability, each asks the core service and words the answer; no state is held."""
