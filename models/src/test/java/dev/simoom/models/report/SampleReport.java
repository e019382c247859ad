package dev.simoom.models.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Invented data of the size and shape of a real run, the same on every call. */
final class SampleReport {

  private static final Pattern TOKEN = Pattern.compile(" ?[A-Za-z]{1,7}| ?[0-9]+|\\n *|[^\\s]| +");

  private static final List<String> SOURCES =
      List.of(
          """
          public int indexOf(Object value) {
              for (int i = 0; i < size; i++) {
                  if (elements[i].equals(value)) {
                      return i;
                  }
              }
              return -1;
          }

          """,
          """
          /**
           * Gives the number of entries of this map, or {@code Integer.MAX_VALUE}
           * when there are more than that.
           *
           * @return the number of entries
           * @throws IllegalStateException if the map is closed
           */
          public int size() { return table == null ? 0 : table.count(); }

          """,
          """
          private static String name(Path file) throws IOException {
              try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
                  return lines.filter(s -> !s.isBlank()).findFirst().orElse("none");
              } catch (UncheckedIOException e) {
                  throw new IOException("cannot read <" + file + "> & co", e);
              }
          }

          """);

  private static final String[] DOCUMENTS = {
    "java.base/java/util/AbstractSequentialList.java",
    "java.base/java/nio/file/FileTreeWalker.java",
    "java.desktop/javax/swing/plaf/basic/BasicInternalFrameTitlePane.java",
    "jdk.compiler/com/sun/tools/javac/comp/Resolve.java"
  };

  private SampleReport() {}

  /** A run on text. */
  static ReportData text() {
    Random random = new Random(7);
    ReportData.Builder builder =
        ReportData.builder("TopK sparse autoencoder on layer 2 of a language model of Java source");
    addNumbers(builder);
    addCharts(builder, random);
    addConfiguration(builder);
    double[] densities = densities(2048, random);
    builder.densities(Densities.of(densities));
    List<String> tokens = tokens();
    for (int i = 0; i < 96; i++) {
      builder.feature(feature(i * 21 + 3, Math.max(1e-5, densities[i + 40]), tokens, random));
    }
    return builder.feature(awkward()).build();
  }

  /** A run on activations that came without text. */
  static ReportData activations() {
    Random random = new Random(11);
    double[] densities = densities(1024, random);
    ReportData.Builder builder =
        ReportData.builder("TopK sparse autoencoder on residual.safetensors")
            .metric(Metric.SAE_FVU, 0.214)
            .metric(Metric.SAE_L0, 31.97)
            .metric(Metric.SAE_DEAD_FRACTION, 0.0123)
            .chart("Variance unexplained", "step", "FVU", decay("held out", 400, 0.9, 0.21, random))
            .densities(Densities.of(densities));
    for (int i = 0; i < 64; i++) {
      double max = 2 + 9 * random.nextDouble();
      builder.feature(
          Feature.withoutText(i, densities[i + 20], max, max / 3, strengths(max, random)));
    }
    return builder.build();
  }

  /** A plain language model. */
  static ReportData languageModel() {
    Random random = new Random(13);
    return ReportData.builder("Language model of Java source")
        .metric(Metric.LM_LOSS, 2.314)
        .metric(Metric.LM_BITS_PER_BYTE, 1.207)
        .chart("Loss", "step", "nats per token", decay("training", 300, 7.6, 2.2, random))
        .build();
  }

  private static void addNumbers(ReportData.Builder builder) {
    builder
        .metric(Metric.LM_LOSS, 2.3142)
        .metric(Metric.LM_BITS_PER_BYTE, 1.2071)
        .metric(Metric.LM_BASELINE_BITS_PER_BYTE, 2.0417)
        .metric(Metric.SAE_FVU, 0.2138)
        .metric(Metric.SAE_COSINE, 0.9214)
        .metric(Metric.SAE_L2_RATIO, 0.9051)
        .metric(Metric.SAE_RECONSTRUCTION_BIAS, 0.9987)
        .metric(Metric.SAE_PROBE_LOSS, 0.2034)
        .metric(Metric.SAE_PROBE_LOSS_BASE, 0.4511)
        .metric(Metric.SAE_ABLATION_SPARSITY, 0.2127)
        .metric(Metric.SAE_ABLATION_SPARSITY_CHANNELS, 0.5862)
        .metric(Metric.SAE_L0, 31.94)
        .metric(Metric.SAE_DEAD_FRACTION, 0.0137)
        .metric(Metric.SAE_CE_RECOVERED, 0.9712)
        .metric(Metric.SAE_CE_RECOVERED_MEAN, 0.9128)
        .metric(Metric.SAE_KL, 0.1326)
        .metric(Metric.SAE_CE_CLEAN, 2.3142)
        .metric(Metric.SAE_CE_SPLICED, 2.4431)
        .metric(Metric.SAE_CE_MEAN_ABLATED, 3.7920)
        .metric(Metric.SAE_CE_ZERO_ABLATED, 6.7901)
        .stage("Read the text and train the tokenizer", 11.4)
        .stage("Train the language model", 171)
        .stage("Train the autoencoder", 118)
        .stage("Evaluate on held-out text", 23.5)
        .stage("Collect features", 9.2);
  }

  private static void addCharts(ReportData.Builder builder, Random random) {
    int steps = 1200;
    double[] at = new double[steps];
    double[] rate = new double[steps];
    double[] dead = new double[steps];
    for (int i = 0; i < steps; i++) {
      at[i] = i + 1;
      double share = (double) i / steps;
      rate[i] = 1e-3 * Math.min(1, share * 20) * (0.55 + 0.45 * StrictMath.cos(Math.PI * share));
      dead[i] = 0.32 * StrictMath.exp(-6 * share) * Math.min(1, share * 12) + 0.013;
    }
    builder
        .chart(
            "Language model: loss",
            "step",
            "nats per token",
            decay("training", 1500, 8.3, 2.25, random),
            decay("held out", 30, 6.1, 2.31, random))
        .chart("Language model: learning rate", "step", "per step", Curve.of("rate", at, rate))
        .chart(
            "Autoencoder: variance unexplained",
            "step",
            "FVU",
            decay("training", steps, 0.96, 0.21, random))
        .chart(
            "Autoencoder: AuxK loss",
            "step",
            "share of the residual",
            decay("AuxK", steps, 0.9, 0.55, random))
        .chart("Autoencoder: dead features", "step", "share", Curve.of("dead", at, dead));
  }

  private static void addConfiguration(ReportData.Builder builder) {
    Map<String, String> model = new LinkedHashMap<>();
    model.put("Layers", "4");
    model.put("Width", "256");
    model.put("Heads", "8");
    model.put("Context", "256 tokens");
    model.put("Vocabulary", "4,096 byte-level BPE");
    model.put("Parameters", "5,273,856");
    Map<String, String> autoencoder = new LinkedHashMap<>();
    autoencoder.put("Features", "2,048");
    autoencoder.put("Active (k)", "32");
    autoencoder.put("Read from", "residual stream after layer 2");
    autoencoder.put("AuxK", "k_aux 128, coefficient 1/32, dead after 400,000 tokens");
    autoencoder.put("Optimizer", "AdEMAMix, rate 5e-4, clipped at norm 1");
    Map<String, String> run = new LinkedHashMap<>();
    run.put("Text", "/usr/lib/jvm/temurin-25-jdk-amd64/lib/src.zip");
    run.put("Seed", "42");
    run.put("Threads", "2");
    builder
        .configuration("Language model", model)
        .configuration("Autoencoder", autoencoder)
        .configuration("Run", run);
  }

  private static Curve decay(String name, int points, double from, double to, Random random) {
    double[] steps = new double[points];
    double[] values = new double[points];
    for (int i = 0; i < points; i++) {
      steps[i] = 1500.0 * (i + 1) / points;
      double fall = StrictMath.exp(-7 * StrictMath.sqrt(steps[i] / 1500));
      values[i] = to + (from - to) * fall + (points > 100 ? 0.02 * to * random.nextGaussian() : 0);
    }
    return Curve.of(name, steps, values);
  }

  private static double[] densities(int count, Random random) {
    double[] densities = new double[count];
    for (int i = 0; i < count; i++) {
      double exponent = -2.4 + 0.7 * random.nextGaussian();
      densities[i] = i % 73 == 5 ? 0 : Math.min(1, StrictMath.pow(10, exponent));
    }
    return densities;
  }

  private static List<String> tokens() {
    List<String> all = new ArrayList<>();
    for (String source : SOURCES) {
      all.addAll(TOKEN.matcher(source).results().map(MatchResult::group).toList());
    }
    return all;
  }

  private static Feature feature(int id, double density, List<String> text, Random random) {
    String favourite = text.get(random.nextInt(text.size()));
    double max = 3 + 18 * random.nextDouble() * random.nextDouble();
    List<Context> contexts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      contexts.add(context(favourite, max * (1 - 0.03 * i), text, random));
    }
    List<TokenWeight> promoted = new ArrayList<>();
    List<TokenWeight> suppressed = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      promoted.add(new TokenWeight(text.get(random.nextInt(text.size())), 2.4 - 0.13 * i));
      suppressed.add(new TokenWeight(text.get(random.nextInt(text.size())), -1.9 + 0.11 * i));
    }
    return new Feature(
        id, density, max, max * 0.31, strengths(max, random), contexts, promoted, suppressed);
  }

  private static Context context(
      String favourite, double strength, List<String> text, Random random) {
    int length = 40;
    int start = random.nextInt(text.size());
    List<String> tokens = new ArrayList<>();
    float[] activations = new float[length];
    for (int i = 0; i < length; i++) {
      tokens.add(i == 25 ? favourite : text.get((start + i) % text.size()));
      boolean active = tokens.get(i).equals(favourite) || random.nextInt(9) == 0;
      activations[i] = active ? (float) (strength * 0.8 * random.nextDouble()) : 0;
    }
    activations[25] = (float) strength;
    String document = DOCUMENTS[random.nextInt(DOCUMENTS.length)];
    return Context.of(tokens, activations, document, random.nextInt(40_000));
  }

  private static Histogram strengths(double max, Random random) {
    double[] values = new double[4000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.min(max, -StrictMath.log(1 - random.nextDouble()) * max / 5);
    }
    return Histogram.of(values, 0, max / 30, 30);
  }

  /** A feature whose tokens hold everything that could break a page. */
  static Feature awkward() {
    List<String> tokens =
        List.of(
            "</script>",
            "<!--",
            "\"quoted\"",
            "it's",
            "&amp;",
            "\t",
            "\r\n",
            "    ",
            "\n  ",
            "\uD83D\uDE00",
            TokenText.of(new byte[] {(byte) 0xE2, (byte) 0x82}),
            "\u202E",
            "\\n",
            "\u2028",
            "",
            "{{data}}",
            "verylongtokenwithoutanyspace".repeat(6),
            "日本",
            "\u0000");
    float[] activations = new float[tokens.size()];
    for (int i = 0; i < activations.length; i++) {
      activations[i] = i % 2 == 0 ? 6f * (i + 1) / activations.length : 0;
    }
    return new Feature(
        2047,
        0.00012,
        6,
        2,
        Histogram.EMPTY,
        List.of(Context.of(tokens, activations, "</title><b>odd & name</b>", 0)),
        List.of(new TokenWeight("</script><script>alert(1)</script>", 3.25)),
        List.of());
  }
}
