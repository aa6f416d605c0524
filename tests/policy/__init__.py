"""The policy pack, fed with what Pulumi's SDK makes of a stack: a clean one, or one with a planted fault."""
