"""Records: fields, constraints, small named queries and move(). One file for each noun.

No rule and no act lives here: a method that needs another record or a decision is not a record's method.
"""

from decisions.models.approval import Answer, Approval
from decisions.models.assessment import Assessment, Snapshot
from decisions.models.bell import Bell
from decisions.models.comparison import Comparison
from decisions.models.entry import Entry, Head
from decisions.models.incident import Incident
from decisions.models.level import Indicator, QuietHistory, ServiceLevel, Unusual, Watch
from decisions.models.person import ApproverScope, Person
from decisions.models.policy_version import PolicyVersion
from decisions.models.pulse import Pulse
from decisions.models.run import Attempt, Run
from decisions.models.sample import Sample, Series
from decisions.models.service import Service, Stakeholder
from decisions.models.source import Source
from decisions.models.split import Split
from decisions.models.version import Deployment, Version

__all__ = [
    "Answer",
    "Approval",
    "ApproverScope",
    "Assessment",
    "Attempt",
    "Bell",
    "Comparison",
    "Deployment",
    "Entry",
    "Head",
    "Incident",
    "Indicator",
    "Person",
    "PolicyVersion",
    "Pulse",
    "QuietHistory",
    "Run",
    "Sample",
    "Series",
    "Service",
    "ServiceLevel",
    "Snapshot",
    "Source",
    "Split",
    "Stakeholder",
    "Unusual",
    "Version",
    "Watch",
]
