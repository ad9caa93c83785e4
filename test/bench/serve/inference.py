"""The function that both servers call."""


def load():
    return None


def predict(weights, datapoints):
    return [{"sum": sum(datapoint["values"][:2])} for datapoint in datapoints]
