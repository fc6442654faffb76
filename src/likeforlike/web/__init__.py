"""The public site: Django and templates over a release; read only, no arithmetic, works without JavaScript."""
