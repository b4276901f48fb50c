"""The only code that imports kopf: watches become keys in the queue."""
