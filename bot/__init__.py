"""The Rasa runtime: Vietnamese text components, the channel that the service talks to, the launcher."""
