"""The services that Inkwell stands on: their images, secrets, start and checks."""
