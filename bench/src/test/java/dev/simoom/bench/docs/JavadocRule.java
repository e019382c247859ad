package dev.simoom.bench.docs;

import com.sun.source.doctree.BlockTagTree;
import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.ThrowsTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * What documentation must say of all that a source file offers to others: what it is in a sentence,
 * what the components of a record are, and which exceptions a method declares or throws itself.
 */
final class JavadocRule extends TreePathScanner<Void, Void> {
  private final DocTrees docs;
  private final CompilationUnitTree unit;
  private final List<String> complaints = new ArrayList<>();
  private @Nullable ClassTree type;

  private JavadocRule(DocTrees docs, CompilationUnitTree unit) {
    this.docs = docs;
    this.unit = unit;
  }

  /** What is wrong in one file, each with its place. */
  static List<String> complaints(DocTrees docs, CompilationUnitTree unit) {
    JavadocRule rule = new JavadocRule(docs, unit);
    rule.scan(unit, null);
    return rule.complaints;
  }

  @Override
  public Void visitClass(ClassTree tree, Void unused) {
    if (!isOpen(tree.getModifiers().getFlags())) {
      return null;
    }
    checkSentence(tree, "type " + tree.getSimpleName());
    if (tree.getKind() == Tree.Kind.RECORD) {
      checkComponents(tree);
    }
    ClassTree outer = type;
    type = tree;
    super.visitClass(tree, null);
    type = outer;
    return null;
  }

  @Override
  public Void visitVariable(VariableTree tree, Void unused) {
    if (isOpen(tree.getModifiers().getFlags())) {
      checkSentence(tree, "constant " + tree.getName());
    }
    return null;
  }

  @Override
  public Void visitMethod(MethodTree tree, Void unused) {
    boolean overrides =
        tree.getModifiers().getAnnotations().stream()
            .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
    if (isOpen(tree.getModifiers().getFlags()) && !overrides && !isGenerated(tree)) {
      String name = type.getSimpleName() + "." + tree.getName();
      checkSentence(tree, "method " + name);
      checkErrors(tree, name);
    }
    return null;
  }

  /** Whether others see what has these modifiers, a member of the type that is being read. */
  private boolean isOpen(Set<Modifier> modifiers) {
    boolean always =
        type != null
            && (type.getKind() == Tree.Kind.INTERFACE
                || type.getKind() == Tree.Kind.ANNOTATION_TYPE);
    return modifiers.contains(Modifier.PUBLIC)
        || modifiers.contains(Modifier.PROTECTED)
        || (always && !modifiers.contains(Modifier.PRIVATE));
  }

  /** The parser makes constructors where the source has none, and puts them where the type is. */
  private boolean isGenerated(MethodTree tree) {
    long place = docs.getSourcePositions().getStartPosition(unit, tree);
    return tree.getName().contentEquals("<init>")
        && (place < 0 || place == docs.getSourcePositions().getStartPosition(unit, type));
  }

  private void checkSentence(Tree tree, String what) {
    DocCommentTree comment = comment();
    if (comment == null) {
      complain(tree, what, "has no documentation");
      return;
    }
    String sentence = text(comment.getFirstSentence());
    if (!sentence.endsWith(".")) {
      complain(tree, what, "does not start with a sentence that ends with a full stop");
    } else if (sentence.split("\\s+").length < 2 || sentence.startsWith("See ")) {
      complain(tree, what, "'%s' does not say what it is".formatted(sentence));
    }
    for (DocTree tag : comment.getBlockTags()) {
      boolean empty =
          switch (tag) {
            case ParamTree param -> param.getDescription().isEmpty();
            case ThrowsTree thrown -> thrown.getDescription().isEmpty();
            default -> false;
          };
      if (empty) {
        complain(tree, what, "'%s' says nothing".formatted(tag));
      }
    }
  }

  /** The sentence about a record of one component is about the component. */
  private void checkComponents(ClassTree tree) {
    List<String> components =
        tree.getMembers().stream()
            .filter(m -> m instanceof VariableTree v && !isStatic(v))
            .map(m -> ((VariableTree) m).getName().toString())
            .toList();
    DocCommentTree comment = comment();
    if (components.size() < 2 || comment == null) {
      return;
    }
    Set<String> told = new HashSet<>();
    comment.getFullBody().stream()
        .filter(LiteralTree.class::isInstance)
        .flatMap(part -> Stream.of(((LiteralTree) part).getBody().getBody().split("\\W+")))
        .forEach(told::add);
    for (BlockTagTree tag : tags(comment)) {
      if (tag instanceof ParamTree param) {
        told.add(param.getName().toString());
      }
    }
    for (String component : components) {
      if (!told.contains(component)) {
        String what = "record " + tree.getSimpleName();
        complain(tree, what, "does not say what '%s' is: @param".formatted(component));
      }
    }
  }

  private static boolean isStatic(VariableTree tree) {
    return tree.getModifiers().getFlags().contains(Modifier.STATIC);
  }

  private void checkErrors(MethodTree tree, String name) {
    Set<String> thrown = new TreeSet<>();
    tree.getThrows().forEach(t -> thrown.add(t.toString()));
    if (tree.getBody() != null) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitThrow(ThrowTree statement, Void unused) {
          if (statement.getExpression() instanceof NewClassTree made) {
            thrown.add(made.getIdentifier().toString());
          }
          return null;
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree lambda, Void unused) {
          return null;
        }

        @Override
        public Void visitClass(ClassTree inner, Void unused) {
          return null;
        }
      }.scan(tree.getBody(), null);
    }
    // What cannot happen is not documented.
    thrown.remove("AssertionError");
    DocCommentTree comment = comment();
    for (BlockTagTree tag : comment == null ? List.<BlockTagTree>of() : tags(comment)) {
      if (tag instanceof ThrowsTree documented) {
        thrown.remove(documented.getExceptionName().toString());
      }
    }
    thrown.forEach(t -> complain(tree, "method " + name, "does not say when: @throws " + t));
  }

  private static List<BlockTagTree> tags(DocCommentTree comment) {
    return comment.getBlockTags().stream()
        .filter(BlockTagTree.class::isInstance)
        .map(BlockTagTree.class::cast)
        .toList();
  }

  private static String text(List<? extends DocTree> parts) {
    return parts.stream().map(Object::toString).collect(Collectors.joining()).strip();
  }

  private @Nullable DocCommentTree comment() {
    return docs.getDocCommentTree(getCurrentPath());
  }

  private void complain(Tree tree, String what, String wrong) {
    long place = docs.getSourcePositions().getStartPosition(unit, tree);
    complaints.add(
        "%s:%d: %s %s"
            .formatted(
                unit.getSourceFile().getName(),
                unit.getLineMap().getLineNumber(place),
                what,
                wrong));
  }
}
