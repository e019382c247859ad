package dev.simoom.models.sae;

import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * What an autoencoder is, apart from its weights.
 *
 * @param width extent of the activations
 * @param latents number of latents, the size of the dictionary
 * @param sparsity what keeps the code sparse
 * @param normalisation what is done to rows before encoding
 */
public record SaeConfig(int width, int latents, Sparsity sparsity, Normalisation normalisation) {
  private static final String FORMAT = "simoom.sae.1";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1, or more latents are to be kept than
   *     there are
   */
  public SaeConfig {
    if (width < 1 || latents < 1) {
      throw new IllegalArgumentException(
          "SaeConfig: width and latents must be at least 1, got %d and %d"
              .formatted(width, latents));
    }
    int kept =
        switch (sparsity) {
          case Sparsity.TopK(int k, _) -> k;
          case Sparsity.BatchTopK(int k) -> k;
          case Sparsity.Matryoshka(int k, _) -> k;
          case Sparsity.ReluL1 _, Sparsity.JumpRelu _, Sparsity.Gated _ -> 0;
        };
    if (kept > latents) {
      throw new IllegalArgumentException(
          "SaeConfig: k = %d of %d latents cannot be kept".formatted(kept, latents));
    }
    if (sparsity instanceof Sparsity.Matryoshka(_, List<Integer> prefixes)
        && prefixes.getLast() != latents) {
      throw new IllegalArgumentException(
          "SaeConfig: the last prefix must have all %d latents, got %s"
              .formatted(latents, prefixes));
    }
  }

  /** A TopK autoencoder of rows scaled to unit norm, as in the paper. */
  public static SaeConfig topK(int width, int latents, int k) {
    return new SaeConfig(width, latents, new Sparsity.TopK(k), Normalisation.UNIT_NORM);
  }

  /** With another way of keeping the code sparse. */
  public SaeConfig withSparsity(Sparsity other) {
    return new SaeConfig(width, latents, other, normalisation);
  }

  /** With another normalisation. */
  public SaeConfig withNormalisation(Normalisation other) {
    return new SaeConfig(width, latents, sparsity, other);
  }

  /** As strings for the header of a file. */
  SequencedMap<String, String> toMetadata() {
    SequencedMap<String, String> strings = new LinkedHashMap<>();
    strings.put("format", FORMAT);
    strings.put("width", Integer.toString(width));
    strings.put("latents", Integer.toString(latents));
    switch (sparsity) {
      case Sparsity.TopK(int k, boolean multi) -> {
        strings.put("sparsity", multi ? "multi_topk" : "topk");
        strings.put("k", Integer.toString(k));
      }
      case Sparsity.BatchTopK(int k) -> {
        strings.put("sparsity", "batch_topk");
        strings.put("k", Integer.toString(k));
      }
      case Sparsity.Matryoshka(int k, List<Integer> prefixes) -> {
        strings.put("sparsity", "matryoshka");
        strings.put("k", Integer.toString(k));
        strings.put(
            "prefixes", prefixes.stream().map(String::valueOf).collect(Collectors.joining(",")));
      }
      case Sparsity.ReluL1(double coefficient) -> {
        strings.put("sparsity", "relu_l1");
        strings.put("l1_coefficient", Double.toString(coefficient));
      }
      case Sparsity.JumpRelu(double coefficient, double bandwidth) -> {
        strings.put("sparsity", "jumprelu");
        strings.put("l0_coefficient", Double.toString(coefficient));
        strings.put("bandwidth", Double.toString(bandwidth));
      }
      case Sparsity.Gated(double coefficient) -> {
        strings.put("sparsity", "gated");
        strings.put("l1_coefficient", Double.toString(coefficient));
      }
    }
    strings.put("normalisation", normalisation.name().toLowerCase(Locale.ROOT));
    return strings;
  }

  private static int k(Header header) throws IOException {
    return Math.toIntExact(header.count("k"));
  }

  /**
   * From the header of a file.
   *
   * @throws IOException if the file is not of this format
   */
  static SaeConfig fromMetadata(SafetensorsFile file, String prefix) throws IOException {
    Header header = new Header(file, prefix);
    if (!header.text("format").equals(FORMAT)) {
      throw header.unreadable("format", FORMAT);
    }
    try {
      Sparsity sparsity =
          switch (header.text("sparsity")) {
            case "topk" -> new Sparsity.TopK(k(header));
            case "multi_topk" -> new Sparsity.TopK(k(header), true);
            case "batch_topk" -> new Sparsity.BatchTopK(k(header));
            case "matryoshka" -> new Sparsity.Matryoshka(k(header), header.counts("prefixes"));
            case "relu_l1" -> new Sparsity.ReluL1(header.number("l1_coefficient"));
            case "jumprelu" ->
                new Sparsity.JumpRelu(header.number("l0_coefficient"), header.number("bandwidth"));
            case "gated" -> new Sparsity.Gated(header.number("l1_coefficient"));
            default ->
                throw header.unreadable(
                    "sparsity",
                    "topk, multi_topk, batch_topk, matryoshka, relu_l1, jumprelu or gated");
          };
      return new SaeConfig(
          Math.toIntExact(header.count("width")),
          Math.toIntExact(header.count("latents")),
          sparsity,
          Normalisation.valueOf(header.text("normalisation").toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(file.path() + ": the settings do not fit: " + e.getMessage(), e);
    }
  }
}
