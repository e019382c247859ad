package dev.simoom.models.job;

import dev.simoom.models.sae.ProbeLoss;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.text.ReadWindow;
import dev.simoom.models.text.TokenQuestion;
import java.util.List;

/** The probe loss of an autoencoder on the questions that any text answers. */
final class Probes {
  /** Windows handed over at a time. */
  private static final int BATCH = 16;

  private Probes() {}

  /**
   * Fits the probes.
   *
   * @param texts the text of each token of the vocabulary, none for what separates documents
   */
  static ProbeLoss.Result of(SparseAutoencoder sae, HeldOutSample sample, List<String> texts) {
    TokenQuestion[] questions = TokenQuestion.values();
    ProbeLoss probes = new ProbeLoss(sae, questions.length);
    int windows = sample.windows().size();
    for (int from = 0; from < windows; from += BATCH) {
      int to = Math.min(windows, from + BATCH);
      float[] rows = joined(sample.streams().subList(from, to));
      float[] answers = new float[rows.length / sae.config().width() * questions.length];
      int at = 0;
      for (int[] window : sample.windows().subList(from, to)) {
        ReadWindow read = new ReadWindow(window, texts);
        for (int t = 0; t < window.length - 1; t++) {
          for (TokenQuestion question : questions) {
            answers[at++] = question.isTrue(read, t) ? 1 : 0;
          }
        }
      }
      probes.add(rows, answers);
    }
    return probes.result();
  }

  static float[] joined(List<float[]> parts) {
    int each = parts.getFirst().length;
    float[] all = new float[parts.size() * each];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, all, i * each, each);
    }
    return all;
  }
}
