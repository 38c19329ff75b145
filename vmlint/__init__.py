"""vmlint: will the virtualization you chose run this workload, and is there a better fit?"""

__version__ = "0.1.0"
