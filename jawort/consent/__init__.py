"""The gate that every message to a customer passes, and the reasons it gives. Consents themselves come here too."""
