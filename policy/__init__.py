"""The policy pack: what `pulumi preview --policy-pack policy` asks of a stack before anything is changed."""
