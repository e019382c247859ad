package dev.simoom.tensor;

import dev.simoom.kernels.Buffer;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lifetime of tensors computed eagerly: what is made while a scope is the innermost one of its
 * thread is freed when it closes, unless it was {@linkplain #keep kept}.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *   Tensor y = x.matmul(w).relu();
 *   System.out.println(y);
 * }
 * }</pre>
 *
 * <p>Outside every scope a tensor's memory lives until the garbage collector finds it unreachable.
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

  private final @Nullable Scope outer = INNERMOST.get();
  private final List<Buffer> owned = new ArrayList<>();
  private boolean open = true;

  private Scope() {}

  /** Opens a scope on this thread. */
  public static Scope open() {
    Scope scope = new Scope();
    INNERMOST.set(scope);
    return scope;
  }

  static Buffer allocate(String name, long bytes) {
    Scope scope = INNERMOST.get();
    if (scope == null) {
      return Buffer.collected(name, bytes);
    }
    Buffer buffer = Buffer.allocate(name, bytes);
    scope.owned.add(buffer);
    return buffer;
  }

  /**
   * Hands tensors over to the scope around this one, or, as copies, to the garbage collector where
   * there is none.
   *
   * @return the first of them
   */
  public Tensor keep(Tensor first, Tensor... more) {
    moveOut(first);
    for (Tensor tensor : more) {
      moveOut(tensor);
    }
    return first;
  }

  private void moveOut(Tensor tensor) {
    Node.Stored stored = tensor.node().stored();
    if (stored == null) {
      return;
    }
    Buffer buffer = tensor.stored().storage().buffer();
    if (owned.stream().noneMatch(b -> b == buffer)) {
      return;
    }
    if (outer == null) {
      Buffer copy = Buffer.collected(buffer.name(), buffer.bytes());
      copy.segment().copyFrom(buffer.content());
      tensor.node().store(new Node.Stored(new Storage(copy), stored.layout(), 0));
    } else {
      owned.removeIf(b -> b == buffer);
      outer.owned.add(buffer);
    }
  }

  /**
   * Frees what the scope owns; does nothing the second time.
   *
   * @throws IllegalStateException if a scope opened inside it is still open
   */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    if (INNERMOST.get() != this) {
      throw new IllegalStateException(
          "a scope was closed before the one opened inside it, or by another thread");
    }
    open = false;
    INNERMOST.set(outer);
    owned.forEach(Buffer::close);
  }
}
