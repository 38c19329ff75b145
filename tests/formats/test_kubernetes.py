"""Kubernetes objects: what is read in them, where, what the API guarantees, and what stays open."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from tests.formats.conftest import Look

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: {vmlint/malware-lab: "false"}
  annotations:
    vmlint/requirements.isolation.tenancy: untrusted-multi
spec:
  replicas: 3
  template:
    metadata:
      annotations: {vmlint/environment: production}
    spec:
      runtimeClassName: sealed
      hostNetwork: true
      os: {name: linux}
      nodeSelector:
        kubernetes.io/arch: arm64
      initContainers:
      - name: prepare
        image: busybox:1.37
        securityContext: {privileged: true}
      containers:
      - name: web
        image: example.org/shop:7.2
        resources: {limits: {cpu: 500m, memory: 256Mi, nvidia.com/gpu: 2}}
        securityContext:
          capabilities: {add: [CAP_NET_ADMIN, sys_time]}
        volumeMounts:
        - {name: zone, mountPath: /etc/localtime, readOnly: true}
        - {name: state, mountPath: /state, subPath: shop}
      - name: proxy
        image: example.org/proxy:3
        resources: {limits: {cpu: 1.5, memory: 1G}}
      volumes:
      - name: zone
        hostPath: {path: /etc/localtime}
      - name: state
        hostPath: {path: /srv/}
      - name: unused
        hostPath: {path: /}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sealed}
handler: kata-qemu
"""


def test_deployment(look: Look) -> None:
    seen = look("shop.yaml", DEPLOYMENT)
    assert seen.formats == ("kubernetes",)
    assert seen.facts("shop") == {
        "deployment.capabilities": "NET_ADMIN,SYS_TIME",
        "deployment.environment": "",
        "deployment.exceptions": "NET_ADMIN=example.org/proxy:3,SYS_TIME=example.org/proxy:3,"
        "privileged=example.org/proxy:3,privileged=example.org/shop:7.2",
        "deployment.hostNamespaces": "network",
        "deployment.hostProcess": "false",
        "deployment.image.ref": "example.org/shop:7.2",
        "deployment.mounts": "/etc/localtime:/etc/localtime:ro,/srv/shop",
        "deployment.platform.id": "kubernetes",
        "deployment.privileged": "true",
        "deployment.otherImages": "busybox:1.37,example.org/proxy:3",
        "deployment.sysctls": "",
        "deployment.unconfined": "",
        "deployment.runtimeClass": "sealed",
        "environment": "production",
        "guest.arch": "arm64",
        "guest.os.family": "linux",
        "guest.platform": "linux/arm64",
        "host.cluster.runtimeClasses": "sealed=kata-qemu",
        "instances": "3",
        "requirements.devices.gpu.count": "2",
        "requirements.devices.gpu.mode": "shared",
        "requirements.features": "capacity.cpus>=2,capacity.memory>=1268435456",
        "requirements.isolation.tenancy": "untrusted-multi",
        "resources.cpu": "2.0",
        "resources.memory": "1268435.456k",
    }
    assert seen.native().workload.deployment.mode == "kata"
    assert seen.native().workload.labels == {"vmlint/malware-lab": "false"}
    assert set(seen.native().defaults) == {
        "deployment.environment",
        "deployment.hostProcess",
        "deployment.sysctls",
        "deployment.unconfined",
    }
    assert seen.native().unknowns["deployment.image"].startswith("the pod has 2 containers")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("deployment.platform.id", (2, 7)),
        ("requirements.isolation.tenancy", (7, 44)),
        ("instances", (9, 13)),
        ("environment", (12, 41)),
        ("deployment.runtimeClass", (14, 25)),
        ("deployment.hostNamespaces", (15, 20)),
        ("guest.arch", (18, 29)),
        ("deployment.privileged", (22, 39)),
        ("deployment.image.ref", (25, 16)),
        ("deployment.capabilities", (28, 32)),
        ("deployment.exceptions", (25, 16)),
        ("deployment.mounts", (37, 26)),
        ("deployment.mode", (14, 25)),
        ("host.cluster.runtimeClasses", (46, 10)),
        ("guest.init", (4, 9)),
    ],
)
def test_places(look: Look, path: str, place: tuple[int, int]) -> None:
    assert look("shop.yaml", DEPLOYMENT).at(path) == place


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: plain}
spec:
  containers:
  - image: example.org/app:1
"""


def pod(**more: Any) -> str:
    spec = {"containers": [{"image": "example.org/app:1"}], **more}
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "plain"}, "spec": spec})


def test_what_the_api_guarantees(look: Look) -> None:
    seen = look("pod.yaml", POD)
    assert seen.facts() == {
        "deployment.capabilities": "",
        "deployment.environment": "",
        "deployment.hostNamespaces": "",
        "deployment.hostProcess": "false",
        "deployment.image.ref": "example.org/app:1",
        "deployment.mounts": "",
        "deployment.platform.id": "kubernetes",
        "deployment.privileged": "false",
        "deployment.otherImages": "",
        "deployment.sysctls": "",
        "deployment.unconfined": "",
        "instances": "1",
    }
    assert set(seen.native().defaults) == {
        "deployment.capabilities",
        "deployment.environment",
        "deployment.hostNamespaces",
        "deployment.hostProcess",
        "deployment.mounts",
        "deployment.otherImages",
        "deployment.privileged",
        "deployment.sysctls",
        "deployment.unconfined",
        "instances",
    }
    assert seen.found() == []


def test_a_patch_guarantees_nothing(look: Look) -> None:
    """A patch for an overlay leaves out what it does not change."""
    seen = look("patch.yaml", POD.replace("- image: example.org/app:1", "- name: app\n    env: []"))
    assert seen.facts() == {"deployment.platform.id": "kubernetes"}


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("Deployment", ("template",)),
        ("StatefulSet", ("template",)),
        ("ReplicaSet", ("template",)),
        ("Job", ("template",)),
        ("CronJob", ("jobTemplate", "spec", "template")),
        ("DaemonSet", ("template",)),
    ],
)
def test_kinds(look: Look, kind: str, way: tuple[str, ...]) -> None:
    spec: Any = {"spec": {"containers": [{"image": "example.org/app:1"}]}}
    for step in reversed(way):
        spec = {step: spec}
    group = "batch/v1" if kind.endswith("Job") else "apps/v1"
    written = {"apiVersion": group, "kind": kind, "metadata": {"name": "it"}, "spec": spec}
    facts = look("it.json", json.dumps(written)).facts("it")
    assert facts["deployment.image.ref"] == "example.org/app:1"
    assert facts.get("instances") == (None if kind == "DaemonSet" else "1")
    assert facts.get("kind") == ("batch" if kind.endswith("Job") else None)


def test_pod_template_and_replication_controller(look: Look) -> None:
    inner = {"metadata": {}, "spec": {"containers": [{"image": "a:1"}]}}
    two = [
        {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "mould"}, "template": inner},
        {"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "old"}, "spec": {"template": inner}},
    ]
    seen = look("two.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": two}))
    assert seen.names == ["mould", "old"]
    assert seen.facts("mould")["deployment.image.ref"] == "a:1"
    assert "instances" not in seen.facts("mould")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n", "no pods"),
        ("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: x}\nspec: {}\n", "another group"),
        ("kind: Pod\nmetadata: {name: x}\n", "no version"),
        ("services:\n  web: {image: nginx}\n", "Compose"),
        ("# how apiVersion works\nkind of a note: Pod\n", "a note"),
        ("just a text with apiVersion: and kind: Pod in it: [", "a text"),
    ],
)
def test_other_files(look: Look, text: str, why: str) -> None:
    assert "kubernetes" not in look("x.yaml", text).formats, why


@pytest.mark.parametrize(
    "text",
    [
        "{{- if .Values.on }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Name }}\n{{- end }}\n",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: etcd-{{cell}}\nspec: {containers: [{image: etcd}]}\n",
        "{% for n in nodes %}\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\n{% endfor %}\n",
        "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n- apiVersion: v1\n  kind: Service\n"
        "- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: '${NAME}'}\n",
    ],
)
def test_templates_are_skipped(look: Look, text: str) -> None:
    seen = look("pod.yaml", text)
    assert seen.formats == ("kubernetes",)
    assert seen.checked.skipped.startswith("a template")
    assert seen.found() == []


def test_computed_values_are_unknown(look: Look) -> None:
    text = POD.replace("example.org/app:1", "${REGISTRY}/app:1") + "  hostPID: ${PID}\n  runtimeClassName: '{{ x }}'\n"
    seen = look("pod.yaml", text)
    assert not seen.facts().keys() & {"deployment.image.ref", "deployment.hostNamespaces", "deployment.runtimeClass"}
    assert seen.native().unknowns["deployment.image.ref"] == "${REGISTRY}/app:1 is filled in elsewhere"
    assert seen.found() == []


@pytest.mark.slow
def test_broken_and_hostile_files(look: Look) -> None:
    assert look("pod.yaml", POD + "  hostPID: [true\n").problems[0][:2] == ("VM903", 7)
    cut = pod(hostPID=True)[:60]
    assert [code for code, *_ in look("pod.json", cut).problems] == ["VM903"]
    assert look("pod.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: \xff\xfe\n").checked.crashes == ()
    deep = "apiVersion: v1\nkind: Pod\nspec: " + "[" * 5000
    assert look("pod.yaml", deep).checked.crashes == ()
    many = pod(containers=[{"image": "a:1", "resources": {"limits": {"memory": "9" * 30 + "Ei"}}}] * 4_000)
    assert look("pod.json", many).checked.crashes == ()
    oddities: list[dict[str, Any]] = [
        {"containers": "x"},
        {"containers": [1, None, ["x"]]},
        {"volumes": [{"hostPath": None}]},
        {"os": []},
    ]
    for odd in oddities:
        assert look("pod.json", pod(**odd)).checked.crashes == ()


@pytest.mark.parametrize(
    ("written", "understood"),
    [("128Mi", "128Mi"), ("134217728", "128Mi"), ("1e9", "1000000k"), ("0.5Gi", "512Mi"), ("100500", "100.500k")],
)
def test_memory(look: Look, written: str, understood: str) -> None:
    containers = [{"image": "a:1", "resources": {"limits": {"memory": written}}}]
    assert look("pod.json", pod(containers=containers)).facts()["resources.memory"] == understood


def test_requests_count_where_not_every_container_has_a_limit(look: Look) -> None:
    first = {"image": "a:1", "resources": {"limits": {"cpu": 2}, "requests": {"cpu": "250m", "memory": "1Gi"}}}
    second = {"image": "b:1", "resources": {"requests": {"cpu": "250m"}}}
    facts = look("pod.json", pod(containers=[first, second])).facts()
    assert facts["resources.cpu"] == "0.5"
    assert "resources.memory" not in facts


def test_an_autoscaler_decides(look: Look) -> None:
    scaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {scaleTargetRef: {name: shop}}\n"
    seen = look("shop.yaml", DEPLOYMENT + scaler)
    assert "instances" not in seen.facts("shop")


# -- findings of rules -----------------------------------------------------------------------------------------------


def test_strangers_on_one_kernel(look: Look) -> None:
    assert look("shop.yaml", DEPLOYMENT.replace("      runtimeClassName: sealed\n", "")).found("VM401") == [
        ("VM401", 2, 7)
    ]
    assert look("shop.yaml", DEPLOYMENT).found("VM401") == []


@pytest.mark.parametrize(
    ("name", "handler", "mode"),
    [
        ("gpu", "kata-qemu", "kata"),
        ("gpu", "nvidia", "runc"),
        ("gpu", "nvidia-container-runtime", "runc"),
        ("secure", "runsc", "gvisor"),
        ("gpu", "x", None),
        ("kata-qemu", "x", None),
        ("kata-qemu", "runsc", "gvisor"),
        ("kata-qemu", "'not a handler'", "kata"),
        ("gvisor", "", "gvisor"),
    ],
)
def test_handlers(look: Look, name: str, handler: str, mode: str | None) -> None:
    """The handler decides, and the name only where no object says what it means."""
    own = f"apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {{name: {name}}}\nhandler: {handler}\n---\n"
    made = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {runtimeClassName: NAME, containers: [{image: a:1}]}\n"
    )
    deployment = look("pod.yaml", own + made.replace("NAME", name)).native().workload.deployment
    assert deployment.get("mode") == mode


def test_privilege_and_namespaces(look: Look) -> None:
    text = dedent(
        """\
        apiVersion: v1
        kind: Pod
        metadata:
          name: debug
        spec:
          hostPID: true
          containers:
          - image: example.org/debug:1
            securityContext:
              privileged: true
            volumeMounts: [{name: run, mountPath: /run}]
          volumes:
          - name: run
            hostPath:
              path: /run
        """
    )
    assert look("pod.yaml", text).found() == [("VM408", 6, 12), ("VM407", 10, 19), ("VM408", 15, 13)]
    agent = text.replace("name: debug\n", "name: debug\n  labels: {vmlint/role: node-agent}\n")
    assert look("pod.yaml", agent).found() == []
    assert look("pod.yaml", agent.replace("labels:", "annotations:")).found() == []


@pytest.mark.parametrize(
    "head",
    [
        {"ownerReferences": [{"kind": "DaemonSet", "name": "cni"}]},
        {"ownerReferences": [{"kind": "Node", "name": "n1"}]},
        {"annotations": {"kubernetes.io/config.source": "file"}},
    ],
)
def test_pods_of_the_node_reach_it(look: Look, head: dict[str, Any]) -> None:
    written = json.loads(pod(containers=[{"image": "a:1", "securityContext": {"privileged": True}}]))
    assert look("pod.json", json.dumps(written)).found() != []
    written["metadata"] |= head
    assert look("pod.json", json.dumps(written)).found() == []


def test_node_critical_pods_reach_their_node(look: Look) -> None:
    held = {"containers": [{"image": "a:1", "securityContext": {"privileged": True}}]}
    assert look("pod.json", pod(priorityClassName="system-node-critical", **held)).found() == []


def test_rights_that_end_at_the_pod(look: Look) -> None:
    """In its own user namespace, a pod's capabilities have no effect on the node."""
    held = {"containers": [{"image": "a:1", "securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}]}
    assert look("pod.json", pod(**held)).found() == [("VM407", 1, 154)]
    assert look("pod.json", pod(hostUsers=False, **held)).found() == []


def test_windows_pods(look: Look) -> None:
    fields = {"os": {"name": "windows"}, "containers": [{"image": "a:1", "securityContext": {"privileged": True}}]}
    assert [code for code, *_ in look("pod.json", pod(**fields)).found()] == ["VM425"]
    host = {
        "os": {"name": "windows"},
        "securityContext": {"windowsOptions": {"hostProcess": True}},
        "hostNetwork": True,
    }
    seen = look("pod.json", pod(**host))
    assert seen.found() == [("VM427", 1, 206)]
    assert "deployment.privileged" not in seen.facts()


def test_unpinned_image_in_production(look: Look) -> None:
    text = POD.replace("{name: plain}", "{name: plain, annotations: {vmlint/environment: production}}")
    assert look("pod.yaml", text.replace("app:1", "app:latest")).found() == [("VM410", 6, 12)]
    assert look("pod.yaml", text).found() == []


def test_a_wrong_annotation_is_reported(look: Look) -> None:
    text = POD.replace("{name: plain}", "{name: plain, annotations: {vmlint/enviroment: production}}")
    assert look("pod.yaml", text).problems[0][:2] == ("VM916", 3)


# -- live systems ----------------------------------------------------------------------------------------------------


def test_what_kubectl_prints(vmlint: Vmlint) -> None:
    """`kubectl get deploy,rs,pods -o json`: the objects of a Deployment are reported once."""
    container = {"name": "app", "image": "example.org/app:1", "securityContext": {"privileged": True}}
    template = {"metadata": {"labels": {"app": "app"}}, "spec": {"containers": [container]}}

    def made(api: str, kind: str, name: str, owner: tuple[str, str] | None, spec: Any) -> dict[str, Any]:
        metadata: dict[str, Any] = {"name": name, "namespace": "default", "uid": f"uid-of-{name}"}
        if owner:
            reference = {"apiVersion": "apps/v1", "controller": True, "kind": owner[0], "name": owner[1]}
            metadata["ownerReferences"] = [reference]
        return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec, "status": {}}

    items = [
        made("apps/v1", "Deployment", "app", None, {"replicas": 2, "template": template}),
        made("apps/v1", "ReplicaSet", "app-6c5", ("Deployment", "app"), {"replicas": 2, "template": template}),
        made("v1", "Pod", "app-6c5-x1", ("ReplicaSet", "app-6c5"), template["spec"]),
        made("v1", "Pod", "app-6c5-x2", ("ReplicaSet", "app-6c5"), template["spec"]),
        made("v1", "Pod", "cni-x1", ("DaemonSet", "cni"), template["spec"]),
    ]
    printed = json.dumps({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items})
    seen = vmlint("check", "--format", "json", "-", stdin=printed)
    report = json.loads(seen.stdout)
    found = [(each["code"], each["workload"], (each["accepted"] or {}).get("by")) for each in report["findings"]]
    assert found == [("VM407", "app", None), ("VM407", "cni-x1", "hint")]  # that the node asked for it, anybody can say
    assert report["summary"]["workloads"] == 2


def test_an_image_that_no_manifest_can_name_voids_no_other_exception(look: Look) -> None:
    context = "securityContext: {capabilities: {add: [NET_ADMIN]}}"
    images = ["example.org/app:1", f"example.org/{'a' * 300}:1", "example.org/app:\u00e9"]
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
    others = "".join(f"  - {{name: c, image: '{image}'}}\n" for image in images)
    seen = look("pod.yaml", f"{pod}  - {{name: a, image: 'example.org/vpn:1', {context}}}\n{others}")
    assert seen.facts()["deployment.exceptions"] == "NET_ADMIN=example.org/app:1"


TEMPLATE = (
    "{metadata: {labels: {a: b}}, spec: {containers: "
    '[{name: c, image: "nginx:1.29", securityContext: {privileged: true}}]}}'
)
EXTENSIONS = {
    "a rollout": ("argoproj.io/v1alpha1", "Rollout", f"spec: {{replicas: 2, template: {TEMPLATE}}}"),
    "a deployment of OpenShift": ("apps.openshift.io/v1", "DeploymentConfig", f"spec: {{template: {TEMPLATE}}}"),
    "a service of Knative": ("serving.knative.dev/v1", "Service", f"spec: {{template: {TEMPLATE}}}"),
    "a job that an event starts": (
        "keda.sh/v1alpha1",
        "ScaledJob",
        f"spec: {{jobTargetRef: {{template: {TEMPLATE}}}}}",
    ),
    "a job of replicas": (
        "kubeflow.org/v1",
        "TFJob",
        f"spec: {{tfReplicaSpecs: {{Worker: {{template: {TEMPLATE}}}}}}}",
    ),
    "a set of jobs": (
        "jobset.x-k8s.io/v1alpha2",
        "JobSet",
        f"spec: {{replicatedJobs: [{{name: a, template: {{spec: {{template: {TEMPLATE}}}}}}}]}}",
    ),
}


@pytest.mark.parametrize("name", EXTENSIONS)
def test_pods_in_kinds_of_extensions(look: Look, name: str) -> None:
    version, kind, body = EXTENSIONS[name]
    seen = look("a.yaml", f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: shop}}\n{body}\n")
    assert (seen.formats, seen.names) == (("kubernetes",), ["shop"])
    assert seen.facts() == {
        "deployment.platform.id": "kubernetes",
        "deployment.image.ref": "nginx:1.29",
        "deployment.privileged": "true",
    }
    assert seen.native().unknowns["instances"] == f"that depends on what controls a {kind}"
    assert [code for code, *_ in seen.found()] == ["VM407"]


def test_each_pod_of_an_extension_is_one_workload(look: Look) -> None:
    text = (
        f"apiVersion: a.example/v1\nkind: Shop\nmetadata: {{name: b}}\nspec: {{web: {TEMPLATE}, jobs: [{TEMPLATE}]}}\n"
    )
    assert look("a.yaml", text).names == ["b (spec.web.spec)", "b (spec.jobs[0].spec)"]
    items = f"{{apiVersion: a.example/v1, kind: Shop, metadata: {{name: c}}, template: {TEMPLATE}}}"
    assert look("a.yaml", f"apiVersion: v1\nkind: List\nitems: [{items}]\n").names == ["c"]


@pytest.mark.parametrize(
    ("version", "kind", "body"),
    [
        ("kyverno.io/v1", "ClusterPolicy", f"spec: {{rules: [{{validate: {{pattern: {TEMPLATE}}}}}]}}"),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", f"spec: {{values: {{template: {TEMPLATE}}}}}"),
        ("argoproj.io/v1alpha1", "Application", f"spec: {{source: {{helm: {{valuesObject: {TEMPLATE}}}}}}}"),
        ("a.example/v1", "Shop", f"status: {TEMPLATE}"),
        ("a.example/v1", "Shop", "spec: {containers: [{name: a}, {name: b, image: c}]}"),
        ("a.example/v1", "Shop", "spec: {containers: {name: b, image: c}}"),
    ],
)
def test_what_an_extension_does_not_run(look: Look, version: str, kind: str, body: str) -> None:
    assert look("a.yaml", f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: b}}\n{body}\n").formats == ()


def test_an_object_of_an_extension_whose_name_is_filled_in(look: Look) -> None:
    text = f'apiVersion: a.example/v1\nkind: Shop\nmetadata: {{name: "{{{{ x }}}}"}}\nspec: {TEMPLATE}\n'
    assert "template" in look("a.yaml", text).checked.skipped
