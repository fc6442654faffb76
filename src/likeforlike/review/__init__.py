"""The access review: who may need support, with probabilities, reasons and everything that could change them."""
