"""Talk to a running Home Assistant the way its own pages do."""

import asyncio
from dataclasses import dataclass
import itertools
from typing import Any, Final

import aiohttp

from .errors import DemoError

REQUEST_SECONDS: Final = 60
"""Adding a device includes talking to it."""


@dataclass(frozen=True, kw_only=True)
class RegisteredEntity:
    """One entity of the entity registry."""

    entity_id: str
    unique_id: str
    config_entry_id: str
    device_id: str | None
    category: str | None
    disabled_by: str | None
    name: str
    created: float

    @property
    def disabled(self) -> bool:
        """Tell whether the entity has no state."""
        return self.disabled_by is not None

    @property
    def domain(self) -> str:
        """Return the part of the entity id before the dot."""
        return self.entity_id.partition(".")[0]


class HomeAssistantApi:
    """The REST and WebSocket interfaces, logged in as the owner."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Remember where Home Assistant is."""
        self.url = url
        self._session = session
        self._client_id = f"{url}/"
        self._token = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ids = itertools.count(1)

    async def answers(self) -> bool:
        """Tell whether the web server is there."""
        try:
            async with self._session.get(f"{self.url}/manifest.json") as response:
                return response.status == 200
        except aiohttp.ClientError, TimeoutError:
            return False

    async def log_in(self, username: str, password: str) -> None:
        """Get a token for the other calls; create the owner if there is none."""
        self._token = ""
        if await self._has_no_owner():
            code = await self._create_owner(username, password)
        else:
            code = await self._password_login(username, password)
        async with self._session.post(
            f"{self.url}/auth/token",
            data={
                "client_id": self._client_id,
                "grant_type": "authorization_code",
                "code": code,
            },
        ) as response:
            self._token = (await response.json())["access_token"]

    async def _has_no_owner(self) -> bool:
        """Tell whether the wizard still waits for the owner's account."""
        async with self._session.get(f"{self.url}/api/onboarding") as response:
            # The wizard is gone once all its steps are done.
            if response.status == 404:
                return False
            steps = await response.json()
        return any(step["step"] == "user" and not step["done"] for step in steps)

    async def _create_owner(self, username: str, password: str) -> str:
        """Create the account that may do everything."""
        answer = await self.post(
            "/api/onboarding/users",
            {
                "client_id": self._client_id,
                "name": username.capitalize(),
                "username": username,
                "password": password,
                "language": "en",
            },
        )
        return str(answer["auth_code"])

    async def _password_login(self, username: str, password: str) -> str:
        """Log in on the login page."""
        flow = await self.post(
            "/auth/login_flow",
            {
                "client_id": self._client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": self._client_id,
            },
        )
        result = await self.post(
            f"/auth/login_flow/{flow['flow_id']}",
            {
                "client_id": self._client_id,
                "username": username,
                "password": password,
            },
        )
        if result["type"] != "create_entry":
            raise DemoError(f"Home Assistant refused the login: {result['errors']}")
        return str(result["result"])

    async def close(self) -> None:
        """Close the WebSocket connection."""
        if self._socket is not None:
            await self._socket.close()
            self._socket = None

    async def get(self, path: str) -> Any:
        """Return what a path answers."""
        return await self._request("GET", path)

    async def get_bytes(self, path: str) -> bytes:
        """Return what a path answers that is not JSON."""
        async with self._session.get(
            f"{self.url}{path}",
            headers={"Authorization": f"Bearer {self._token}"},
            timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
        ) as response:
            if response.status >= 400:
                raise DemoError(f"GET {path} answered {response.status}")
            return await response.read()

    async def post(self, path: str, data: dict[str, Any]) -> Any:
        """Send data to a path and return the answer."""
        return await self._request("POST", path, data)

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send one WebSocket command and return its result."""
        if self._socket is None:
            self._socket = await self._connect()
        number = next(self._ids)
        await self._socket.send_json({"id": number, "type": kind, **fields})
        async with asyncio.timeout(REQUEST_SECONDS):
            while True:
                answer = await self._socket.receive_json()
                if answer.get("id") == number and answer["type"] == "result":
                    break
        if not answer["success"]:
            raise DemoError(f"{kind} failed: {answer['error']['message']}")
        return answer["result"]

    async def act(self, action: str, entity_id: str, **data: Any) -> None:
        """Perform an action on an entity."""
        domain, _, name = action.partition(".")
        await self.post(
            f"/api/services/{domain}/{name}", {"entity_id": entity_id, **data}
        )

    async def states(self) -> dict[str, dict[str, Any]]:
        """Return all states by entity id."""
        return {state["entity_id"]: state for state in await self.get("/api/states")}

    async def entities(self, platform: str) -> list[RegisteredEntity]:
        """Return the registered entities of an integration, by entity id."""
        rows = await self.command("config/entity_registry/list")
        return [
            RegisteredEntity(
                entity_id=row["entity_id"],
                unique_id=str(row["unique_id"]),
                config_entry_id=row["config_entry_id"],
                device_id=row["device_id"],
                category=row["entity_category"],
                disabled_by=row["disabled_by"],
                name=row["name"] or row["original_name"] or "",
                created=row["created_at"],
            )
            for row in sorted(rows, key=lambda row: str(row["entity_id"]))
            if row["platform"] == platform
        ]

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        """Open the WebSocket and authenticate."""
        socket = await self._session.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=0
        )
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        if (await socket.receive_json())["type"] != "auth_ok":
            raise DemoError("Home Assistant refused the WebSocket login")
        return socket

    async def _request(
        self, method: str, path: str, data: dict[str, Any] | None = None
    ) -> Any:
        """Send one request and read the JSON answer."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(
            method,
            f"{self.url}{path}",
            json=data,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
        ) as response:
            if response.status >= 400:
                text = (await response.text())[:300]
                raise DemoError(f"{method} {path} answered {response.status}: {text}")
            return await response.json()
