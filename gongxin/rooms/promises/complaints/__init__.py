"""Complaints about broken promises (政府失约投诉): taken in without an account, settled by the body above, rated, published masked."""
