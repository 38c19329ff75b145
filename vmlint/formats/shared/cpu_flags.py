"""Features of processors as libvirt spells them, in the words of /proc/cpuinfo."""

from __future__ import annotations

FLAGS = {
    "cmp_legacy": "cmp_legacy", "pclmuldq": "pclmulqdq", "ds_cpl": "ds_cpl", "tsc-deadline": "tsc_deadline_timer",
    "svm": "svm", "vmx": "vmx", "rtm": "rtm", "hle": "hle", "invtsc": "nonstop_tsc", "lahf_lm": "lahf_lm",
    "mmxext": "mmxext", "pdpe1gb": "pdpe1gb", "sse4.1": "sse4_1", "sse4.2": "sse4_2", "avx512-vnni": "avx512_vnni",
    "avx512-bf16": "avx512_bf16", "avx512-fp16": "avx512_fp16", "avx512vbmi2": "avx512_vbmi2",
    "avx512vnni": "avx512_vnni", "avx512bitalg": "avx512_bitalg", "avx512-vpopcntdq": "avx512_vpopcntdq",
    "amx-tile": "amx_tile", "amx-int8": "amx_int8", "amx-bf16": "amx_bf16", "lm": "lm", "nx": "nx", "aes": "aes",
    "avx": "avx", "avx2": "avx2", "avx512f": "avx512f", "fma": "fma", "f16c": "f16c", "movbe": "movbe",
    "popcnt": "popcnt", "ssse3": "ssse3", "pni": "pni", "sha-ni": "sha_ni", "xsave": "xsave",
    "hypervisor": "hypervisor", "bmi1": "bmi1", "bmi2": "bmi2",
    "abm": "abm", "cx16": "cx16", "rdrand": "rdrand", "rdseed": "rdseed", "adx": "adx",
}  # fmt: skip
"""Features in libvirt's words -> in those of /proc/cpuinfo."""
