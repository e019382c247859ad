package dev.simoom.models.job;

import dev.simoom.models.report.TokenText;
import dev.simoom.models.run.RunException;
import dev.simoom.models.text.ByteNgramModel;
import dev.simoom.models.text.BytePairEncoding;
import dev.simoom.models.text.Corpus;
import dev.simoom.models.text.CorpusOptions;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.models.text.TokenStream;
import dev.simoom.models.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The text of a run, cut into tokens.
 *
 * @param corpus the documents
 * @param tokenizer between text and tokens
 * @param train tokens to train on
 * @param heldOut tokens to evaluate on
 */
record TextData(Corpus corpus, Tokenizer tokenizer, TokenStream train, TokenStream heldOut) {
  private static final int EVALUATION_BATCH = 16;
  private static final long EVALUATION_LOGITS = 1 << 26;

  /**
   * Gathers the text and trains the tokenizer, or takes it from its file if a run that is resumed
   * or evaluated has one.
   *
   * @throws RunException if it is not the text that the run began with, or is too short
   */
  static TextData gather(SaeJobConfig config, Path folder, int threads) throws IOException {
    CorpusOptions options =
        CorpusOptions.defaults()
            .withText(config.text().stream().map(Path::of).toList())
            .withByteLimit(config.textBytes())
            .withSeed(config.seed());
    String home = System.getProperty("simoom.home");
    Corpus corpus = Corpus.gather(home == null ? options : options.withRepository(Path.of(home)));
    Fingerprint.of(corpus).check(folder);
    Tokenizer tokenizer = tokenizer(config, folder, corpus, threads);
    TokenStream train = TokenStream.encode(tokenizer, corpus.train(), threads);
    TokenStream heldOut = TokenStream.encode(tokenizer, corpus.heldOut(), threads);
    checkLength("text to train on", train, config.context());
    checkLength("held-out text", heldOut, config.context());
    return new TextData(corpus, tokenizer, train, heldOut);
  }

  private static Tokenizer tokenizer(SaeJobConfig config, Path folder, Corpus corpus, int threads)
      throws IOException {
    Path own = folder.resolve(SubjectModel.TOKENIZER);
    if (!config.readsModel() && !Files.exists(own)) {
      BytePairEncoding.train(corpus.train(), config.vocabulary(), threads).save(own);
    }
    return SubjectModel.tokenizer(config, folder);
  }

  private static void checkLength(String what, TokenStream stream, int context)
      throws RunException {
    if (stream.size() <= context) {
      throw new RunException(
          "the %s has %d tokens, too few for a context of %d: use more --text or a smaller --context"
              .formatted(what, stream.size(), context));
    }
  }

  /** Bits per byte of held-out text by a model of the three bytes before. */
  double baselineBitsPerByte() {
    return ByteNgramModel.train(corpus.train(), 3).bitsPerByte(corpus.heldOut());
  }

  /** The text of each token, none for the one that separates documents. */
  List<String> tokenTexts() {
    return IntStream.range(0, tokenizer.vocabularySize())
        .mapToObj(id -> TokenText.of(tokenizer.decode(id)))
        .toList();
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

  /** Held-out windows, so many in a batch that their logits stay small. */
  TokenBatches evaluation(SaeJobConfig config) {
    long logits = (long) config.context() * tokenizer.vocabularySize();
    long fitting = Math.max(1, EVALUATION_LOGITS / logits);
    int windows = Math.max(1, (heldOut.size() - 1) / config.context());
    int batch = Math.toIntExact(Math.min(Math.min(EVALUATION_BATCH, windows), fitting));
    return new TokenBatches(heldOut, batch, config.context(), config.seed());
  }
}
