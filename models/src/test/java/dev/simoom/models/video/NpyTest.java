package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  private static final String BYTES = NpyBuilder.header("|u1", false, "(2, 4, 5, 3)");

  @TempDir Path folder;

  private List<Video> read(byte[] file) throws IOException {
    return read(file, 4, 5);
  }

  private List<Video> read(byte[] file, int height, int width) throws IOException {
    Path path = Samples.store(folder.resolve("a.npy"), file);
    return VideoReader.read(path, height, width, 1000, _ -> {});
  }

  @Test
  void readsEveryTypeOrderAndVersion() throws IOException {
    Video video = Samples.video(2, 4, 5, 200, 1);
    for (String type : new String[] {"|u1", "<u1", "<f4", ">f4", "<f8", ">f8"}) {
      for (boolean fortran : new boolean[] {false, true}) {
        for (int version = 1; version <= 3; version++) {
          byte[] data = NpyBuilder.data(video.rgb(), type, fortran, 2, 4, 5, 3);
          String header = NpyBuilder.header(type, fortran, "(2, 4, 5, 3)");
          List<Video> episodes = read(NpyBuilder.file(version, header, data));
          assertThat(episodes).hasSize(1);
          assertThat(episodes.getFirst().rgb())
              .as("%s, Fortran order %s, version %d", type, fortran, version)
              .isEqualTo(video.rgb());
        }
      }
    }
  }

  @Test
  void fiveAxesAreSeveralEpisodes() throws IOException {
    Video all = Samples.video(6, 4, 5, 200, 2);
    for (boolean fortran : new boolean[] {false, true}) {
      byte[] data = NpyBuilder.data(all.rgb(), "<f4", fortran, 3, 2, 4, 5, 3);
      String header = NpyBuilder.header("<f4", fortran, "(3, 2, 4, 5, 3)");
      List<Video> episodes = read(NpyBuilder.file(1, header, data));
      assertThat(episodes).hasSize(3);
      for (int i = 0; i < 3; i++) {
        assertThat(episodes.get(i).rgb()).isEqualTo(all.slice(2 * i, 2 * i + 2).rgb());
      }
    }
  }

  @Test
  void resizesFrames() throws IOException {
    Video video = Samples.video(2, 4, 5, 200, 3);
    List<Video> episodes = read(NpyBuilder.file(1, BYTES, video.rgb()), 2, 10);
    assertThat(episodes.getFirst().rgb()).isEqualTo(video.resized(2, 10).rgb());
  }

  @Test
  void acceptsHeadersAsOldPythonWroteThem() throws IOException {
    Video video = Samples.video(2, 4, 5, 200, 4);
    String header = "{\"shape\": (2L, 4L, 5L, 3L), \"fortran_order\": False, \"descr\": \"|u1\"}";
    assertThat(read(NpyBuilder.file(1, header, video.rgb())).getFirst().rgb())
        .isEqualTo(video.rgb());
  }

  @Test
  void fractionsAreRoundedAndMayGoALittleBeyond() throws IOException {
    byte[] data = new byte[2 * 3 * 8];
    ByteBuffer.wrap(data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putDouble(-0.0005)
        .putDouble(1.0005)
        .putDouble(0.5)
        .putDouble(0.4999 / 255)
        .putDouble(0.5001 / 255)
        .putDouble(254.4 / 255);
    String header = NpyBuilder.header("<f8", false, "(2, 1, 1, 3)");
    assertThat(read(NpyBuilder.file(1, header, data), 1, 1).getFirst().rgb())
        .containsExactly(0, 255, 128, 0, 1, 254);
  }

  @Test
  void refusesFractionsThatAreNone() throws IOException {
    for (double value : new double[] {37, -0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      byte[] data = new byte[2 * 3 * 8];
      ByteBuffer.wrap(data).order(ByteOrder.BIG_ENDIAN).putDouble(40, value);
      refused(
          NpyBuilder.file(1, NpyBuilder.header(">f8", false, "(2, 1, 1, 3)"), data),
          "a.npy holds "
              + value
              + " in frame 2; numbers with a fraction lie in [0, 1], those up to 255 are saved as"
              + " uint8");
    }
  }

  @Test
  void refusesFilesThatAreNoArrays() throws IOException {
    refused(new byte[0], "a.npy: is no npy array, whatever its name says");
    refused("PK\3\4 and more of a zip".getBytes(), "is no npy array");
    byte[] good = NpyBuilder.file(1, BYTES, new byte[120]);
    for (int length = 0; length < good.length; length++) {
      refused(Arrays.copyOf(good, length), "a.npy: ");
    }
    refused(Arrays.copyOf(good, 50), "a.npy: is cut off in its header; copy or save it anew");
    byte[] fourth = good.clone();
    fourth[6] = 4;
    refused(fourth, "a.npy: is of npy version 4.0, known are 1.0, 2.0 and 3.0");
    byte[] endless = NpyBuilder.file(2, BYTES, new byte[120]);
    ByteBuffer.wrap(endless).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
    refused(endless, "is cut off in its header");
    refused(
        NpyBuilder.file(1, "{'descr': [('r', '|u1')], 'shape': (2,)}", new byte[2]),
        "a.npy: has structured elements, which are not read");
  }

  @Test
  void refusesOtherTypes() throws IOException {
    String help = "; save it as uint8, or as float32 or float64 in [0, 1]";
    for (String type : new String[] {"<i8", "|i1", "<f2", "|b1"}) {
      byte[] data = new byte[120 * (type.charAt(2) - '0')];
      refused(
          NpyBuilder.file(1, NpyBuilder.header(type, false, "(2, 4, 5, 3)"), data),
          "a.npy holds numbers of type '%s'%s".formatted(type, help));
    }
    refused(
        NpyBuilder.file(1, NpyBuilder.header("<c8", false, "(2, 4, 5, 3)"), new byte[960]),
        "a.npy: elements of type '<c8' are not read: a tensor has no complex numbers, save real and"
            + " imaginary part apart"
            + help);
  }

  @Test
  void refusesOtherShapes() throws IOException {
    String[] shapes = {
      "()",
      "(120,)",
      "(2, 4, 5)",
      "(2, 3, 4, 5)",
      "(2, 4, 5, 4)",
      "(0, 4, 5, 3)",
      "(1, 1, 2, 4, 5, 3)",
      "(2, 0, 5, 3)",
    };
    for (String shape : shapes) {
      refused(
          NpyBuilder.file(1, NpyBuilder.header("|u1", false, shape), new byte[bytes(shape)]),
          "a.npy has the shape [%s]; frames are [time, height, width, 3], with episodes before time"
              .formatted(shape.replace("(", "").replace(",)", "").replace(")", "")));
    }
  }

  @Test
  void refusesSizesThatAreNotThoseOfTheFile() throws IOException {
    refused(
        NpyBuilder.file(1, BYTES, new byte[119]),
        "a.npy: has 119 bytes of elements where its shape [2, 4, 5, 3] of '|u1' takes 120; copy or"
            + " save it anew");
  }

  private static int bytes(String shape) {
    return Arrays.stream(shape.replaceAll("[^0-9]+", " ").strip().split(" "))
        .filter(extent -> !extent.isEmpty())
        .mapToInt(Integer::parseInt)
        .reduce(1, (a, b) -> a * b);
  }

  private void refused(byte[] file, String problem) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(VideoException.class)
        .message()
        .startsWith(folder.resolve("a.npy").toString())
        .contains(problem);
  }
}
