"""A service of the example: what is set for it, what is broken in it, and who may change that."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from examples.digits import orders, shelf
from examples.digits.effects import EffectsLog
from examples.digits.faults import FAULTS, SLIPPED_THRESHOLD, Planted
from examples.digits.orders import Declined, Standing

NAMES = ("amounts", "cheques")


@dataclass(frozen=True)
class Regime:
    """What holds while a handful of items is read: taken once, so that an order takes effect between two handfuls."""

    standing: Standing
    planted: tuple[Planted, ...]

    @property
    def shares(self) -> Mapping[str, float]:
        """Fractions of the traffic by version; all 0 while no reader is asked."""
        if "reader" in self.standing.switched_off:
            return dict.fromkeys(self.standing.shares, 0.0)
        return self.standing.shares

    def faults(self, version: str) -> tuple[str, ...]:
        return tuple(planted.fault for planted in self.planted if planted.hits(version))

    def threshold(self, version: str) -> float:
        if "threshold" in self.faults(version):
            return SLIPPED_THRESHOLD
        return self.standing.settings["accept_threshold"]


class Service:
    """One product surface that the readers serve. Safe to use from several threads."""

    def __init__(self, name: str, versions: shelf.Shelf, effects: EffectsLog, folder: Path) -> None:
        self.name = name
        self.shelf = versions
        self._effects = effects
        self._faults_file = folder / f"faults-{name}.json"
        self._lock = threading.Lock()
        self._standing = Standing(shares={version: 0.0 for version in versions.versions} | {self._newest(): 1.0})
        for order in effects.orders(name):
            self._standing = orders.obeyed(self._standing, order)
        self._planted = self._remembered_faults()

    def regime(self) -> Regime:
        with self._lock:
            return Regime(self._standing, tuple(p for p in self._planted if self._is_alive(p)))

    def obey(self, kind: str, body: Any) -> dict[str, Any]:
        """Carry out an order, unless it was carried out before; answer what is set now.

        The effect is in the log, on disk, before anything changes here.

        Raises:
            Declined: the order cannot be read, its pair does not let it through, a version does not load, or the
                effect cannot be written down. Nothing has changed.
        """
        order = orders.understood(kind, body, versions=self.shelf.versions)
        with self._lock:
            if not orders.is_repeat(self._standing, order):
                after = orders.obeyed(self._standing, order)
                self._make_ready(after)
                self._write_down(order, after)
                self._standing = after
        return self.described()

    def plant(self, name: Any, version: Any) -> Planted:
        """Break the service. A release fault goes to the newest version served, or to the one named.

        Raises:
            Declined: there is no such fault or version, or the fault hits every version and one was named.
        """
        if not isinstance(name, str) or name not in FAULTS:
            raise Declined(422, f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
        if not FAULTS[name].is_release and version is not None:
            raise Declined(422, f"{name} hits every version; it cannot be planted on one.")
        if version is not None:
            self._refuse_unknown(version)
        with self._lock:
            where = (version or self._newest_served()) if FAULTS[name].is_release else None
            planted = Planted(name, where, after=self._standing.setting_orders)
            self._remember([p for p in self._planted if (p.fault, p.version) != (name, where)] + [planted])
        return planted

    def alive(self) -> tuple[Planted, ...]:
        """The faults that are in the service now."""
        return self.regime().planted

    def heal(self) -> tuple[Planted, ...]:
        """Take every fault out, and say which there were."""
        with self._lock:
            healed = tuple(p for p in self._planted if self._is_alive(p))
            self._remember([])
        return healed

    def probe(self, version: Any) -> dict[str, Any]:
        """Whether a version loads: its artifact is read from disk again and reads one image.

        Raises:
            Declined: there is no such version.
        """
        self._refuse_unknown(version)
        loads = self.shelf.probe(version) is not None
        return {"version": version, "loads": loads, "reason": self.shelf.troubles.get(version)}

    def described(self) -> dict[str, Any]:
        """What is served and set now, as the control endpoint says it."""
        regime = self.regime()
        standing = regime.standing
        off = standing.switched_off
        return {
            "service": self.name,
            "behaviour": standing.behaviour,
            "components": [{"name": name, "on": name not in off} for name in orders.COMPONENTS],
            "shares": dict(standing.shares),
            "settings": [self._setting(regime, name) for name in orders.SETTINGS],
            "epoch": standing.pair[0],
            "token": standing.pair[1],
            "versions": [self._version(version) for version in self.shelf.versions.values()],
        }

    def _setting(self, regime: Regime, name: str) -> dict[str, Any]:
        by_version = {version: regime.threshold(version) for version in self.shelf.versions}
        value = by_version[self._newest_served(regime.standing)]
        return {"name": name, "value": value, "default": orders.SETTINGS[name], "by_version": by_version}

    def _version(self, version: shelf.Version) -> dict[str, Any]:
        reason = self.shelf.troubles.get(version.version)
        return {
            "version": version.version,
            "model": version.model,
            "artifact_uri": version.path.resolve().as_uri(),
            "sha256": version.sha256,
            "trained_at": version.trained_at,
            "training_metrics": version.training_metrics,
            "loads": reason is None,
            "reason": reason,
        }

    def _refuse_unknown(self, version: Any) -> None:
        if not isinstance(version, str) or version not in self.shelf.versions:
            raise Declined(422, f"There is no version {version!r}; there are {', '.join(self.shelf.versions)}.")

    def _make_ready(self, after: Standing) -> None:
        """Load what will be served and is not served now; refuse what does not load, so that it is never served."""
        for version, share in after.shares.items():
            if share > 0 and not self._standing.shares[version] > 0:
                reader = self.shelf.probe(version)
                if reader is None:
                    raise Declined(422, f"{version} does not load. {self.shelf.troubles[version]}")
                self.shelf.readers[version] = reader

    def _write_down(self, order: orders.Order, after: Standing) -> None:
        try:
            self._effects.append(self.name, order, after)
        except OSError as error:
            raise Declined(503, f"The effect cannot be written down ({error}); nothing was changed.") from error

    def _is_alive(self, planted: Planted) -> bool:
        return planted.fault != "threshold" or planted.after == self._standing.setting_orders

    def _newest(self) -> str:
        return list(self.shelf.versions)[-1]

    def _newest_served(self, standing: Standing | None = None) -> str:
        shares = (standing or self._standing).shares
        return [version for version in self.shelf.versions if shares[version] > 0][-1]

    def _remember(self, planted: list[Planted]) -> None:
        try:
            shelf.replace(self._faults_file, json.dumps([asdict(p) for p in planted]))
        except OSError as error:
            raise Declined(503, f"The faults cannot be written down ({error}); nothing was changed.") from error
        self._planted = planted

    def _remembered_faults(self) -> list[Planted]:
        try:
            return [Planted(**row) for row in json.loads(self._faults_file.read_text())]
        except FileNotFoundError:
            return []


def opened(folder: Path, effects: EffectsLog) -> dict[str, Service]:
    """Both services in this folder, with what was set for them before the last stop."""
    versions = shelf.opened(folder)
    return {name: Service(name, versions, effects, folder) for name in NAMES}
