"""How the model is made: tokenizer, samples as tokens, network, training, export, evaluation."""
