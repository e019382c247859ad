package dev.simoom.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Everything public is documented as {@link JavadocRule} wants it. */
final class JavadocTest {
  @Test
  void allThatIsPublicSaysWhatItIsAndWhatItThrows() throws IOException {
    List<JavaFileObject> sources = new ArrayList<>();
    for (Sources.File file : Sources.all()) {
      sources.add(source(file.path().toString(), file.content()));
    }
    assertThat(sources).hasSizeGreaterThan(500);
    List<String> complaints = complaints(sources);
    assertThat(complaints).as(String.join("\n", complaints)).isEmpty();
  }

  @Test
  void everyBreachIsNamedWithItsPlace() throws IOException {
    JavaFileObject bad =
        source(
            "Bad.java",
            """
            public interface Bad {
              /** See {@link String}. */
              void seen();
              /** Right. */
              int word();
              /** Without a stop */
              int LOOSE = 1;
              /** A good sentence. */
              default void checks() { throw new IllegalStateException("x"); }
              /** A good sentence. */
              void reads() throws java.io.IOException;
              /** A pair of {@code left} and another.
               * @param third */
              record Pair(int left, int right, int third) {}
              /** An enum of one. */
              enum One { ONE }
            }
            """);
    assertThat(complaints(List.of(bad)).stream().map(c -> c.replaceFirst("^\\S*Bad", "Bad")))
        .containsExactly(
            "Bad.java:1: type Bad has no documentation",
            "Bad.java:3: method Bad.seen 'See {@link String}.' does not say what it is",
            "Bad.java:5: method Bad.word 'Right.' does not say what it is",
            "Bad.java:7: constant LOOSE does not start with a sentence that ends with a full stop",
            "Bad.java:9: method Bad.checks does not say when: @throws IllegalStateException",
            "Bad.java:11: method Bad.reads does not say when: @throws java.io.IOException",
            "Bad.java:14: type Pair '@param third' says nothing",
            "Bad.java:14: record Pair does not say what 'right' is: @param",
            "Bad.java:16: constant ONE has no documentation");
  }

  @Test
  void whatIsNotOpenOverridesOrIsGeneratedNeedsNoWords() throws IOException {
    JavaFileObject good =
        source(
            "Good.java",
            """
            /** A good sentence. */
            public final class Good {
              private int hidden;
              int ours() { throw new IllegalStateException(); }
              @Override public String toString() { return ""; }
              /** Another sentence. */
              public record Single(int value) {}
              static class Inner { public void method() {} }
            }
            """);
    assertThat(complaints(List.of(good))).isEmpty();
  }

  /** Parses all, and compiles nothing. */
  private static List<String> complaints(List<JavaFileObject> sources) throws IOException {
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, sources);
    DocTrees docs = DocTrees.instance(task);
    List<String> complaints = new ArrayList<>();
    for (CompilationUnitTree unit : task.parse()) {
      complaints.addAll(JavadocRule.complaints(docs, unit));
    }
    return complaints;
  }

  private static JavaFileObject source(String name, String content) {
    return new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return content;
      }
    };
  }
}
