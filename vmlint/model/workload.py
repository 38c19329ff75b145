"""The workload: what it needs, where it runs, and what was chosen for it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from vmlint.catalog import Catalog, GuestOS, Mode, Platform
from vmlint.findings.unknown import Unknown
from vmlint.model.derivation import Derivation, DerivedFacts
from vmlint.model.fields import Group, fact, metadata
from vmlint.model.groups.deployment import Deployment
from vmlint.model.groups.guest import Guest
from vmlint.model.groups.host import Host
from vmlint.model.groups.requirements import Requirements, Resources
from vmlint.model.vocabulary import Environment, Name, WorkloadKind


class Workload(
    Group,
    path="",
    title="Specification",
    example={"guest": {"os": "win2k22"}, "deployment": {"platform": "vmware-esxi@8.0"}},
):
    """What the workload is: guest and requirements are what it needs, host and deployment what it gets. Must state
    something.
    """

    name: Name = metadata("What reports call it.")
    labels: dict[str, str] = metadata("Words of its author's own.")
    kind: WorkloadKind = fact(
        "Kind of workload",
        "What sort of work this is: a long-running service, a batch job, a CI runner, a person's desktop, a vendor's "
        "appliance, or a short-lived function.",
        "service",
        "ci-runner",
    )
    environment: Environment = fact(
        "Environment",
        "The stage it runs in: dev, test, staging or production. Many rules are stricter in production.",
        "production",
        "dev",
    )
    instances: int = fact(
        "Instances",
        "How many copies run in total: a whole number, zero or more.",
        3,
        unit="instances",
    )
    guest: Guest
    requirements: Requirements
    resources: Resources
    host: Host
    deployment: Deployment

    def __init__(self, catalog: Catalog, derivations: Mapping[str, Derivation], today: date) -> None:
        super().__init__(DerivedFacts(self, derivations))
        self.catalog = catalog
        self.today = today
        self.labels = {}
        self.format = ""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "format":  # the format of its file; empty for a manifest alone. No fact: help speaks its words
            self.__dict__[name] = value
        elif name in ("catalog", "today"):  # what is known, rather than stated; what follows may be another thing then
            self.__dict__[name] = value
            self._derived.forget()
        else:
            super().__setattr__(name, value)

    @property
    def derivations(self) -> Mapping[str, Derivation]:
        """How facts may follow from others, by path."""
        return self._derived.derivations

    @property
    def deployed(self) -> bool:
        """Whether anything was chosen at all."""
        return self.deployment.any_stated()

    @property
    def platform(self) -> Platform:
        """The catalogue's entry of the chosen platform."""
        found = self.catalog.platform(self.deployment.platform.id)
        if found is None:
            raise Unknown("deployment.platform.id")
        return found

    @property
    def mode(self) -> Mode:
        """The catalogue's entry of the chosen mode."""
        return self.catalog.modes[self.deployment.mode]

    @property
    def guest_os(self) -> GuestOS:
        """The catalogue's entry of the guest's operating system."""
        found = self.catalog.guest(self.guest.os.id)
        if found is None:
            raise Unknown("guest.os.id")
        return found

    @property
    def untrusted(self) -> bool:
        """Whether untrusted code runs, or untrusted tenants share the machine."""
        isolation = self.requirements.isolation
        return isolation.tenancy == "untrusted-multi" or isolation.untrusted_code is True

    @property
    def passes_devices_through(self) -> bool:
        """Whether a whole physical PCI device must reach the guest."""
        devices = self.requirements.devices
        return bool(devices.pci) or devices.gpu.mode == "passthrough"


def clone(workload: Workload) -> Workload:
    """Copy what was stated; nothing derived comes along."""
    derived = DerivedFacts(workload, workload.derivations)
    derived.workload = copy = workload.copied(derived)
    copy.__dict__["labels"] = dict(workload.labels)
    return copy
