"""The test suite: it mirrors the packages, tells whole journeys, and watches over the house."""
