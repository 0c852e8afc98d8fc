"""Create the one entry of the stand-in voice."""

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class DemoVoiceConfigFlow(ConfigFlow, domain="demo_voice"):
    """Take over the line in configuration.yaml."""

    async def async_step_import(self, import_data: None) -> ConfigFlowResult:
        """Create the entry, once."""
        self._async_abort_entries_match({})
        return self.async_create_entry(title="Demo voice", data={})
