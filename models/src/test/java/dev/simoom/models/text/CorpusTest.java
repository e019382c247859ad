package dev.simoom.models.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir Path folder;

  @Test
  void splitsByDocumentAndLosesNone() throws IOException {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      written.add("document " + i + "\n" + "line\n".repeat(i % 7));
      write("tree/d" + i % 5 + "/f" + i + ".txt", written.getLast());
    }
    Corpus corpus = Corpus.gather(options("tree").withSeed(3));
    assertThat(strings(corpus.train())).doesNotContainAnyElementsOf(strings(corpus.heldOut()));
    List<String> all = strings(corpus.train());
    all.addAll(strings(corpus.heldOut()));
    assertThat(all).containsExactlyInAnyOrderElementsOf(written);
    double share = corpus.heldOutBytes() / (double) (corpus.heldOutBytes() + corpus.trainBytes());
    assertThat(share).isBetween(0.045, 0.0501);
    assertThat(corpus.description()).contains("tree").contains("documents to train on");
  }

  @Test
  void dependsOnTheSeedAlone() throws IOException {
    for (int i = 0; i < 50; i++) {
      write("tree/f" + i, "some text number " + i + "\n");
    }
    CorpusOptions options = options("tree").withByteLimit(500);
    List<String> once = strings(Corpus.gather(options.withSeed(1)).train());
    assertThat(strings(Corpus.gather(options.withSeed(1)).train())).isEqualTo(once);
    assertThat(strings(Corpus.gather(options.withSeed(2)).train())).isNotEqualTo(once);
  }

  @Test
  void keepsTheByteLimitAndCutsAtALine() throws IOException {
    for (int i = 0; i < 50; i++) {
      write("tree/f" + i, ("line of file " + i + "\n").repeat(10));
    }
    Corpus corpus = Corpus.gather(options("tree").withByteLimit(1_000));
    assertThat(corpus.trainBytes() + corpus.heldOutBytes()).isBetween(983L, 1_000L);
    assertThat(strings(corpus.train())).allMatch(text -> text.endsWith("\n"));
  }

  @Test
  void splitsASingleFileAtALine() throws IOException {
    String text = "0123456789\n".repeat(100);
    write("big.txt", text);
    Corpus corpus = Corpus.gather(options("big.txt"));
    assertThat(corpus.train()).hasSize(1);
    assertThat(corpus.heldOut()).hasSize(1);
    assertThat(strings(corpus.train()).getFirst() + strings(corpus.heldOut()).getFirst())
        .isEqualTo(text);
    assertThat(corpus.heldOutBytes()).isEqualTo(55);
  }

  @Test
  void holdsOutTheSmallestWhereAllAreLargerThanTheShare() throws IOException {
    write("tree/large", "x\n".repeat(500));
    write("tree/small", "y\n".repeat(400));
    Corpus corpus = Corpus.gather(options("tree"));
    assertThat(strings(corpus.heldOut())).containsExactly("y\n".repeat(400));
    assertThat(strings(corpus.train())).containsExactly("x\n".repeat(500));
  }

  @Test
  void skipsWhatIsNoTextAndFollowsNoLoop() throws IOException {
    write("tree/a.txt", "first\n");
    write("tree/b/c.txt", "second\n");
    write("tree/b/same.txt", "second\n");
    write("tree/binary", "nul\0\n");
    write("tree/blank", " \n");
    Files.write(folder.resolve("tree/latin"), "gr\u00f6\u00dfer\n".getBytes(ISO_8859_1));
    write("tree/.git/config", "hidden\n");
    write("tree/.hidden", "hidden\n");
    Files.createSymbolicLink(folder.resolve("tree/b/loop"), folder.resolve("tree"));
    Files.createSymbolicLink(folder.resolve("tree/link.txt"), folder.resolve("tree/a.txt"));
    Corpus corpus = Corpus.gather(options("tree"));
    List<String> all = strings(corpus.train());
    all.addAll(strings(corpus.heldOut()));
    assertThat(all).containsExactlyInAnyOrder("first\n", "second\n");
  }

  @Test
  void aLimitMayCutACharacter() throws IOException {
    write("long.txt", "\u00e4".repeat(5_000) + "\n");
    Corpus corpus = Corpus.gather(options("long.txt").withByteLimit(5_000));
    assertThat(corpus.trainBytes() + corpus.heldOutBytes()).isEqualTo(5_000);
  }

  @Test
  void refusesPathsWithoutText() throws IOException {
    assertThatThrownBy(() -> Corpus.gather(options("nowhere")))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("nowhere does not exist");
    write("tree/binary", "\0");
    assertThatThrownBy(() -> Corpus.gather(options("tree")))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("no text found in")
        .hasMessageContaining("--text");
  }

  @Test
  void readsJavaBaseFirstAndLeavesTablesOut() throws IOException {
    Path zip = folder.resolve("src.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      entry(entries, "java.aaa/A.java", "class A {}\n");
      entry(entries, "java.base/java/lang/B.java", "/*\n * licence\n */\n\nclass B {}\n");
      entry(entries, "java.base/java/lang/C.java", "class C {}\n");
      entry(entries, "java.base/java/lang/Table.java", "t = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10\n");
      entry(entries, "java.base/notes.txt", "no source\n");
      entry(entries, "java.zzz/Z.java", "class Z {}\n");
    }
    CorpusOptions options = CorpusOptions.defaults();
    Corpus small = Corpus.gather(options.withByteLimit(60), Optional.of(zip));
    assertThat(both(small)).containsExactlyInAnyOrder("class B {}\n", "class C {}\n");
    assertThat(small.description()).contains("src.zip (java.base)");
    Corpus large = Corpus.gather(options, Optional.of(zip));
    assertThat(both(large)).contains("class A {}\n", "class Z {}\n").hasSize(4);
    Corpus unstripped = Corpus.gather(options.withStripLeadingComments(false), Optional.of(zip));
    assertThat(both(unstripped)).anyMatch(text -> text.startsWith("/*\n * licence"));
  }

  @Test
  void fallsBackToTheRepositoryAndSaysSo() throws IOException {
    write("repo/src/A.java", "class A {}\n");
    write("repo/README.md", "# Read me\n");
    write("repo/data.csv", "1,2\n");
    write("repo/target/B.java", "class B {}\n");
    CorpusOptions options = CorpusOptions.defaults().withRepository(folder.resolve("repo"));
    Corpus corpus = Corpus.gather(options, Optional.empty());
    assertThat(both(corpus)).containsExactlyInAnyOrder("class A {}\n", "# Read me\n");
    assertThat(corpus.description()).contains("no src.zip").contains("repo");
  }

  @Test
  void findsInstalledJdksNewestFirst() throws IOException {
    write("jvm/a-8/release", "JAVA_VERSION=\"1.8.0_402\"\n");
    write("jvm/b-21/release", "JAVA_VERSION=\"21.0.2\"\n");
    write("jvm/c.jdk/Contents/Home/release", "JAVA_VERSION=\"25\"\n");
    write("jvm/notes.txt", "no JDK\n");
    List<Path> homes =
        JdkSources.installed(List.of(folder.resolve("nowhere"), folder.resolve("jvm")));
    assertThat(homes)
        .containsExactly(
            folder.resolve("jvm/c.jdk/Contents/Home"),
            folder.resolve("jvm/b-21"),
            folder.resolve("jvm/a-8"));
  }

  @Test
  void stripsLicencesButKeepsDocumentation() {
    assertThat(stripped("/* one */\n\n/* two */\npackage a;\n")).isEqualTo("package a;\n");
    assertThat(stripped("/* one */\n/** About. */\npackage a;")).startsWith("/** About. */");
    assertThat(stripped("/** Copyright me. */\npackage a;")).isEqualTo("package a;");
    assertThat(stripped("/**/ x")).isEqualTo("x");
    assertThat(stripped("/* never closed")).isEqualTo("/* never closed");
    assertThat(stripped("  prose /* x */")).isEqualTo("  prose /* x */");
    assertThat(stripped("")).isEmpty();
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertThatThrownBy(() -> CorpusOptions.defaults().withByteLimit(0))
        .hasMessageContaining("byte limit is 0");
    assertThatThrownBy(() -> CorpusOptions.defaults().withHeldOutFraction(1))
        .hasMessageContaining("held-out fraction is 1.0");
  }

  private static String stripped(String text) {
    return new String(LeadingComments.strip(text.getBytes(UTF_8)), UTF_8);
  }

  private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(UTF_8));
    zip.closeEntry();
  }

  private CorpusOptions options(String path) {
    return CorpusOptions.defaults().withText(List.of(folder.resolve(path)));
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static List<String> both(Corpus corpus) {
    List<String> all = strings(corpus.train());
    all.addAll(strings(corpus.heldOut()));
    return all;
  }

  private static List<String> strings(List<byte[]> documents) {
    List<String> strings = new ArrayList<>();
    documents.forEach(document -> strings.add(new String(document, UTF_8)));
    return strings;
  }
}
