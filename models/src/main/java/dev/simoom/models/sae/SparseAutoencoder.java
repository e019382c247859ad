package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.models.sae.Normalisation.Normalised;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A sparse autoencoder of rows of activations.
 *
 * <pre>
 * pre = W_enc (x - b_pre) + b_enc
 * z = ReLU(the k largest of pre, 0 elsewhere)
 * xhat = z W_dec + b_pre
 * </pre>
 *
 * <p>or with z as another {@link Sparsity} says. x is the {@linkplain Normalisation normalised}
 * row. The parameters are {@code encoder.weight} [latents, width] and {@code decoder.weight}
 * [latents, width], one row per latent, those of the decoder of norm 1 after training here; {@code
 * encoder.bias} [latents]; {@code pre_bias} [width]; with {@link Sparsity.JumpRelu} also {@code
 * threshold} [latents]; with {@link Sparsity.Gated} also {@code magnitude.bias} and {@code
 * magnitude.log_scale} [latents], and {@code encoder.bias} is that of the gates. They have these
 * names in files too. All methods take leading axes of any number, and work in eager code and in
 * traced programs but where they say otherwise.
 */
public final class SparseAutoencoder implements AutoCloseable {
  private final SaeConfig config;
  private final Variable encoderWeight;
  private final Variable encoderBias;
  private final Variable decoderWeight;
  private final Variable preBias;
  private final Variable threshold;
  private final Variable magnitudeBias;
  private final Variable logScale;

  /** An autoencoder whose parameters are all zero. */
  public SparseAutoencoder(SaeConfig config) {
    this.config = config;
    Shape matrix = Shape.of(config.latents(), config.width());
    encoderWeight = Variable.zeros("encoder.weight", matrix, DType.F32);
    Shape vector = Shape.of(config.latents());
    encoderBias = Variable.zeros("encoder.bias", vector, DType.F32);
    decoderWeight = Variable.zeros("decoder.weight", matrix, DType.F32);
    preBias = Variable.zeros("pre_bias", Shape.of(config.width()), DType.F32);
    threshold = Variable.zeros("threshold", vector, DType.F32);
    magnitudeBias = Variable.zeros("magnitude.bias", vector, DType.F32);
    logScale = Variable.zeros("magnitude.log_scale", vector, DType.F32);
  }

  /** What it is. */
  public SaeConfig config() {
    return config;
  }

  /** One row of the encoder per latent, [latents, width]. */
  public Variable encoderWeight() {
    return encoderWeight;
  }

  /** What is added to each latent before selection, [latents]. */
  public Variable encoderBias() {
    return encoderBias;
  }

  /** One direction per latent, [latents, width]. */
  public Variable decoderWeight() {
    return decoderWeight;
  }

  /** What is subtracted before encoding and added after decoding, [width]. */
  public Variable preBias() {
    return preBias;
  }

  /**
   * What a latent must exceed to be kept, [latents]; in use and among the parameters with {@link
   * Sparsity.JumpRelu} alone.
   */
  public Variable threshold() {
    return threshold;
  }

  /**
   * What is added to how active a latent is behind an open gate, [latents]; in use and among the
   * parameters with {@link Sparsity.Gated} alone.
   */
  public Variable magnitudeBias() {
    return magnitudeBias;
  }

  /**
   * Logarithms of what the encoder's products are multiplied by behind open gates, [latents]; in
   * use and among the parameters with {@link Sparsity.Gated} alone.
   */
  public Variable logScale() {
    return logScale;
  }

  /** All parameters by name. */
  public SequencedMap<String, Variable> parameters() {
    SequencedMap<String, Variable> all = new LinkedHashMap<>();
    for (Variable v : List.of(encoderWeight, encoderBias, decoderWeight, preBias)) {
      all.put(v.name(), v);
    }
    for (Variable v : ownParameters()) {
      all.put(v.name(), v);
    }
    return all;
  }

  /** Those that only this kind of sparsity has. */
  private List<Variable> ownParameters() {
    return switch (config.sparsity()) {
      case Sparsity.JumpRelu _ -> List.of(threshold);
      case Sparsity.Gated _ -> List.of(magnitudeBias, logScale);
      case Sparsity.TopK _, Sparsity.BatchTopK _, Sparsity.Matryoshka _, Sparsity.ReluL1 _ ->
          List.of();
    };
  }

  /**
   * A copy whose code is kept sparse in another way, to look at a trained autoencoder with another
   * k, say. Parameters that this one has no use for are 0 in the copy.
   */
  public SparseAutoencoder copy(Sparsity other) {
    SparseAutoencoder copy = new SparseAutoencoder(config.withSparsity(other));
    try {
      Map<String, Variable> mine = parameters();
      copy.parameters()
          .forEach(
              (name, parameter) -> {
                if (mine.containsKey(name)) {
                  parameter.assign(mine.get(name).value());
                }
              });
      return copy;
    } catch (Throwable e) {
      copy.close();
      throw e;
    }
  }

  // ---------------------------------------------------------------- computing

  /**
   * Rows [..., width] in original units, made ready for {@link #encodeNormalised}.
   *
   * @throws IllegalArgumentException if the rows have another width
   */
  public Normalised normalise(Tensor rows) {
    long extent = rows.rank() == 0 ? 0 : rows.shape().extent(-1);
    if (extent != config.width()) {
      throw new IllegalArgumentException(
          "autoencoder of width %d: rows [..., %d] are needed, got %s"
              .formatted(config.width(), config.width(), rows.shape()));
    }
    return config.normalisation().apply(rows);
  }

  /**
   * The latents before selection, [..., latents], of normalised rows; with {@link Sparsity.Gated}
   * what opens their gates.
   */
  public Tensor preActivations(Tensor normalised) {
    return products(normalised).add(encoderBias.value());
  }

  /** The encoder's products with normalised rows, [..., latents]. */
  Tensor products(Tensor normalised) {
    return normalised.sub(preBias.value()).matmul(encoderWeight.value().transpose());
  }

  /** The code of rows in original units; but with {@link Sparsity.TopK} in eager code only. */
  public SparseCode encode(Tensor rows) {
    return encodeNormalised(normalise(rows).rows());
  }

  /**
   * The code of normalised rows; but with {@link Sparsity.TopK} in eager code only, since its
   * extent depends on the values.
   */
  public SparseCode encodeNormalised(Tensor normalised) {
    if (config.sparsity() instanceof Sparsity.TopK(int k, _)) {
      return code(preActivations(normalised), k);
    }
    Tensor latents = latents(normalised);
    return code(latents, Math.max(1, mostPositive(latents)));
  }

  /**
   * The code of rows in original units where its extent must not depend on the values, as in traced
   * programs: of a row with more active latents than {@code most} the largest, though with {@link
   * Sparsity.TopK} always all.
   */
  public SparseCode encodeLargest(Tensor rows, int most) {
    Tensor normalised = normalise(rows).rows();
    return config.sparsity() instanceof Sparsity.TopK
        ? encodeNormalised(normalised)
        : code(latents(normalised), Math.min(most, config.latents()));
  }

  private static SparseCode code(Tensor latents, long kept) {
    Tensor.Top top = latents.topK(kept);
    return new SparseCode(top.values().relu(), top.indices());
  }

  /**
   * All latents of normalised rows, [..., latents], 0 where they are not active; where the batch is
   * {@linkplain Sparsity#selectsOverBatch() selected from as a whole}, it is the rows given.
   */
  public Tensor latents(Tensor normalised) {
    return switch (config.sparsity()) {
      case Sparsity.TopK(int k, _) -> ofRows(normalised, k);
      case Sparsity.BatchTopK(int k) -> ofBatch(normalised, k);
      case Sparsity.Matryoshka(int k, _) -> ofBatch(normalised, k);
      case Sparsity.ReluL1 _ -> preActivations(normalised).relu();
      case Sparsity.JumpRelu _ -> JumpGate.values(preActivations(normalised), threshold.value());
      case Sparsity.Gated _ -> GatedLatents.of(this, normalised).values();
    };
  }

  private Tensor ofRows(Tensor normalised, int k) {
    Tensor pre = preActivations(normalised);
    return KeptLatents.ofRows(pre, k).toDense().reshape(pre.shape());
  }

  private Tensor ofBatch(Tensor normalised, int k) {
    Tensor pre = preActivations(normalised);
    return KeptLatents.ofBatch(pre, k).toDense().reshape(pre.shape());
  }

  private static long mostPositive(Tensor pre) {
    Tensor perRow = pre.gt(0).cast(DType.I32).sum(-1);
    return perRow.max().toIntArray()[0];
  }

  /** Normalised rows [..., width] from a code. */
  public Tensor decode(SparseCode code) {
    return decoderWeight.value().sparseDecode(code.values(), code.indices()).add(preBias.value());
  }

  /** Normalised rows [..., width] from all latents, [..., latents]. */
  Tensor decodeDense(Tensor latents) {
    return latents.matmul(decoderWeight.value()).add(preBias.value());
  }

  /** What is left of rows in original units after encoding and decoding, in original units. */
  public Tensor reconstruct(Tensor rows) {
    Normalised input = normalise(rows);
    return input.restore(reconstructNormalised(input.rows()));
  }

  /** What is left of normalised rows after encoding and decoding. */
  public Tensor reconstructNormalised(Tensor normalised) {
    return switch (config.sparsity()) {
      case Sparsity.TopK _ -> decode(encodeNormalised(normalised));
      case Sparsity.BatchTopK _,
          Sparsity.Matryoshka _,
          Sparsity.ReluL1 _,
          Sparsity.JumpRelu _,
          Sparsity.Gated _ ->
          decodeDense(latents(normalised));
    };
  }

  // ---------------------------------------------------------------- files

  /**
   * Writes the weights, and the configuration as strings in the header.
   *
   * @throws IOException if the file cannot be written
   */
  public void save(Path path) throws IOException {
    SafetensorsWriter file = new SafetensorsWriter();
    save(file, "");
    file.write(path);
  }

  /** Adds the weights and the configuration to a file, all names with a prefix. */
  void save(SafetensorsWriter file, String prefix) {
    config.toMetadata().forEach((key, value) -> file.metadata(prefix + key, value));
    parameters().forEach((n, p) -> file.add(prefix + n, p.dtype(), p.shape(), p.segment()));
  }

  /**
   * Reads what {@link #save(Path)} wrote.
   *
   * @throws IOException if the file cannot be read or is not of that format
   */
  public static SparseAutoencoder load(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return load(file, "");
    }
  }

  static SparseAutoencoder load(SafetensorsFile file, String prefix) throws IOException {
    SparseAutoencoder sae = new SparseAutoencoder(SaeConfig.fromMetadata(file, prefix));
    try {
      for (Variable parameter : sae.parameters().values()) {
        new Header(file, prefix).read(parameter);
      }
      return sae;
    } catch (Throwable e) {
      sae.close();
      throw e;
    }
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    for (Variable v : List.of(encoderWeight, encoderBias, decoderWeight, preBias)) {
      v.close();
    }
    for (Variable v : List.of(threshold, magnitudeBias, logScale)) {
      v.close();
    }
  }
}
