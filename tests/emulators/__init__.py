"""Device emulators: strict, stateful units on 127.0.0.1, free of the integration."""
