package dev.simoom.kernels.tornado.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/** The static method that a task calls, and those that it calls in turn. */
final class Kernel {
  private static final String CONTEXT = "uk/ac/manchester/tornado/api/KernelContext";

  /**
   * A method by its class, name and type.
   *
   * @param owner internal name of the class
   */
  record Key(String owner, String name, String type) {
    static Key of(InvokeInstruction call) {
      return new Key(
          call.owner().asInternalName(), call.name().stringValue(), call.type().stringValue());
    }

    /** Whether the method is one of ours and no part of Java or TornadoVM. */
    boolean isOurs() {
      return !owner.startsWith("java/") && !owner.startsWith("uk/ac/manchester/");
    }
  }

  private final Key entry;
  private final Map<Key, MethodModel> methods = new LinkedHashMap<>();
  private final Map<String, ClassModel> classes = new LinkedHashMap<>();

  private Kernel(Key entry) {
    this.entry = entry;
  }

  /**
   * The kernel of a task: its class must be named, its {@code apply} call one static method, and
   * its class file be found by the system class loader, which is where TornadoVM looks.
   */
  static Kernel of(Object task) {
    Class<?> type = task.getClass();
    if (type.isHidden()) {
      throw new TornadoBailoutRuntimeException(
          "the task " + type.getName() + " is a lambda; the emulator needs a named class");
    }
    Key entry = called(parse(type.getName().replace('.', '/')));
    if (entry == null) {
      throw new TornadoBailoutRuntimeException(
          "apply of the task " + type.getName() + " calls no static method");
    }
    Kernel kernel = new Kernel(entry);
    kernel.collect(entry);
    return kernel;
  }

  /** What {@code apply} calls; TornadoVM reads a byte for the number of its constant. */
  private static @Nullable Key called(ClassModel task) {
    List<MethodModel> methods =
        task.methods().stream().filter(m -> m.methodName().equalsString("apply")).toList();
    if (methods.size() != 1) {
      throw new TornadoBailoutRuntimeException(
          "the task %s has apply %d times"
              .formatted(task.thisClass().asInternalName(), methods.size()));
    }
    for (CodeElement element : methods.getFirst().code().orElseThrow()) {
      if (element instanceof InvokeInstruction call && call.opcode() == Opcode.INVOKESTATIC) {
        if (call.method().index() > Byte.MAX_VALUE) {
          throw new TornadoBailoutRuntimeException(
              "the task %s has its method as constant %d, more than %d"
                  .formatted(
                      task.thisClass().asInternalName(), call.method().index(), Byte.MAX_VALUE));
        }
        return Key.of(call);
      }
    }
    return null;
  }

  private static ClassModel parse(String name) {
    try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
      if (in == null) {
        throw new TornadoBailoutRuntimeException(
            "the class file of " + name + " is not on the class path");
      }
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void collect(Key key) {
    MethodModel method = find(key);
    if (methods.put(key, method) != null) {
      return;
    }
    for (CodeElement element : method.code().orElseThrow()) {
      if (element instanceof InvokeInstruction call
          && call.opcode() == Opcode.INVOKESTATIC
          && Key.of(call).isOurs()
          && !methods.containsKey(Key.of(call))) {
        collect(Key.of(call));
      }
    }
  }

  private MethodModel find(Key key) {
    return classes.computeIfAbsent(key.owner, Kernel::parse).methods().stream()
        .filter(m -> m.methodName().equalsString(key.name))
        .filter(m -> m.methodType().equalsString(key.type))
        .findFirst()
        .orElseThrow(
            () -> new TornadoBailoutRuntimeException(key.owner + " has no method " + key.name));
  }

  String name() {
    return entry.name;
  }

  Key entry() {
    return entry;
  }

  /** All methods, the kernel's own first. */
  Map<Key, MethodModel> methods() {
    return methods;
  }

  /** Whether a work item may have to wait for others. */
  boolean hasBarrier() {
    return methods.values().stream()
        .flatMap(m -> m.code().orElseThrow().elementStream())
        .anyMatch(
            e ->
                e instanceof InvokeInstruction call
                    && call.owner().asInternalName().equals(CONTEXT)
                    && call.name().stringValue().endsWith("Barrier"));
  }
}
