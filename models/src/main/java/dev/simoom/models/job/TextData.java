package dev.simoom.models.job;

import dev.simoom.models.text.ByteNgramModel;
import dev.simoom.models.text.BytePairEncoding;
import dev.simoom.models.text.Corpus;
import dev.simoom.models.text.CorpusOptions;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.models.text.TokenStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of a run, cut into tokens.
 *
 * @param corpus the documents
 * @param encoding the tokenizer
 * @param train tokens to train on
 * @param heldOut tokens to evaluate on
 */
record TextData(Corpus corpus, BytePairEncoding encoding, TokenStream train, TokenStream heldOut) {
  private static final int EVALUATION_BATCH = 16;

  /**
   * Gathers the text and trains the tokenizer, or takes it from its file if a run that is resumed
   * or evaluated has one.
   */
  static TextData gather(SaeJobConfig config, Path tokenizer, int threads) throws IOException {
    CorpusOptions options =
        CorpusOptions.defaults()
            .withText(config.text().stream().map(Path::of).toList())
            .withByteLimit(config.textBytes())
            .withSeed(config.seed());
    String home = System.getProperty("simoom.home");
    Corpus corpus = Corpus.gather(home == null ? options : options.withRepository(Path.of(home)));
    BytePairEncoding encoding;
    if (Files.exists(tokenizer)) {
      encoding = BytePairEncoding.load(tokenizer);
    } else {
      encoding = BytePairEncoding.train(corpus.train(), config.vocabulary(), threads);
      encoding.save(tokenizer);
    }
    return new TextData(
        corpus,
        encoding,
        TokenStream.encode(encoding, corpus.train(), threads),
        TokenStream.encode(encoding, corpus.heldOut(), threads));
  }

  /** Bits per byte of held-out text by a model of the three bytes before. */
  double baselineBitsPerByte() {
    return ByteNgramModel.train(corpus.train(), 3).bitsPerByte(corpus.heldOut());
  }

  /** Training batches for the language model. */
  TokenBatches training(SaeJobConfig config) {
    return new TokenBatches(train, config.lm().batch(), config.context(), config.lm().seed());
  }

  /**
   * Training batches whose activations the autoencoder learns from; other places than the model's.
   */
  TokenBatches harvest(SaeJobConfig config) {
    return new TokenBatches(train, config.lm().batch(), config.context(), config.seed() + 0x5ae);
  }

  /** Held-out windows. */
  TokenBatches evaluation(SaeJobConfig config) {
    int windows = Math.max(1, (heldOut.size() - 1) / config.context());
    return new TokenBatches(
        heldOut, Math.min(EVALUATION_BATCH, windows), config.context(), config.seed());
  }
}
