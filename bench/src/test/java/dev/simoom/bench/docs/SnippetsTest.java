package dev.simoom.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Java in the documentation compiles: what javadoc shows, and the README and ARCHITECTURE.md. */
final class SnippetsTest {
  private static final Pattern IN_JAVADOC =
      Pattern.compile(
          "(?s)<pre>\\{@code\\s*\n"
              + "(.*?)\n"
              + "\\s*\\* *}</pre>|\\{@snippet[^:]*:\\s*\n"
              + "(.*?)\n"
              + "\\s*\\* *}");
  private static final Pattern IN_MARKDOWN = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final Pattern MEMBER = Pattern.compile("(?s)\\A\\s*(public|private|static) .*");
  private static final Pattern PROGRAM = Pattern.compile("(?m)^void main\\(");

  /** What every snippet may name. */
  private static final String IMPORTS =
      """
      import dev.simoom.kernels.*;
      import dev.simoom.nn.*;
      import dev.simoom.optim.*;
      import dev.simoom.tensor.*;
      import java.nio.file.*;
      import java.util.*;
      """;

  /** What fragments take for granted: a model, its data, and what the text around them names. */
  private static final String GIVEN =
      IMPORTS
          + """
          abstract class Given {
            interface Model {
              SequencedMap<String, Variable> parameters();
              Tensor apply(Tensor x);
              Tensor loss(Tensor x, Tensor y);
            }
            Model model;
            Optimizer optimizer;
            Tensor x, y, w;
            Variable w1, b1, w2, b2, scale;
            List<Variable> variables;
            List<TransformerBlock> blocks;
            static Tensor crossEntropy(Tensor logits, Tensor targets) {
              return Losses.crossEntropy(logits, targets);
            }
          }
          """;

  /** A piece of Java and where it stands. */
  private record Snippet(String place, String code) {}

  @Test
  void everySnippetCompiles() throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    for (Sources.File file : Sources.all()) {
      for (String code : found(IN_JAVADOC, file.content())) {
        snippets.add(new Snippet(file.path().toString(), code.replaceAll("(?m)^ *\\* ?", "")));
      }
    }
    assertThat(snippets).as("in javadoc").hasSizeGreaterThanOrEqualTo(5);
    for (String page : List.of("README.md", "ARCHITECTURE.md")) {
      List<String> inPage = found(IN_MARKDOWN, Files.readString(Path.of("..", page)));
      assertThat(inPage).as(page).isNotEmpty();
      inPage.forEach(code -> snippets.add(new Snippet(page, code)));
    }
    assertThat(complaints(snippets)).isEmpty();
  }

  @Test
  void oneThatDoesNotCompileIsNamed() throws IOException {
    Snippet fragment = new Snippet("Here.java", "Tensor z = x.matmull(w);");
    Snippet member = new Snippet("There.java", "public Tensor z() {\n  return x;\n}");
    assertThat(complaints(List.of(fragment, member)))
        .singleElement()
        .asString()
        .startsWith("Here.java: ")
        .contains("matmull");
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(SnippetsTest::firstGroup).toList();
  }

  private static String firstGroup(MatchResult match) {
    return match.group(1) != null ? match.group(1) : match.group(match.groupCount());
  }

  /** What the compiler says about each that it does not take. */
  private static List<String> complaints(List<Snippet> snippets) throws IOException {
    List<JavaFileObject> sources = new ArrayList<>(List.of(source("Given", GIVEN)));
    for (int i = 0; i < snippets.size(); i++) {
      sources.add(source("Snippet" + i, whole("Snippet" + i, snippets.get(i).code())));
    }
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    List<String> options =
        List.of("--release", "25", "-proc:none", "-cp", System.getProperty("java.class.path"));
    ((JavacTask)
            ToolProvider.getSystemJavaCompiler().getTask(null, null, said, options, null, sources))
        .analyze();
    List<String> complaints = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> d : said.getDiagnostics()) {
      if (d.getKind() == Diagnostic.Kind.ERROR) {
        String name = d.getSource() == null ? "" : d.getSource().getName();
        String number = name.replaceAll("\\D", "");
        String place = number.isEmpty() ? name : snippets.get(Integer.parseInt(number)).place();
        complaints.add(place + ": " + d.getMessage(Locale.ROOT));
      }
    }
    return complaints;
  }

  /** A file of a snippet, which is a program, a member of a class or some statements. */
  private static String whole(String name, String code) {
    if (PROGRAM.matcher(code).find()) {
      return code;
    }
    String member =
        MEMBER.matcher(code).matches()
            ? code
            : "void run() throws Exception {\n%s\n}".formatted(code);
    return "%sabstract class %s extends Given {\n%s\n}\n".formatted(IMPORTS, name, member);
  }

  private static JavaFileObject source(String name, String content) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return content;
      }
    };
  }
}
