package dev.simoom.kernels.tornado.emulator;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.LocalVariableInfo;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/** What TornadoVM does not compile, or compiles to something else. */
final class Restrictions {
  private static final String API = "uk/ac/manchester/tornado/api/";

  /** Functions of {@link Math} that compile for OpenCL. */
  private static final Set<String> MATH =
      Set.of("exp", "log", "sqrt", "tanh", "pow", "sin", "cos", "max", "min", "abs");

  /** Functions that break the compiler where their argument is a constant. */
  private static final Set<String> NOT_OF_CONSTANTS = Set.of("tanh", "sin", "cos");

  private static final Set<String> ARRAY_METHODS = Set.of("get", "set", "getSize");

  private static final Set<String> CONTEXT_METHODS =
      Set.of("localBarrier", "globalBarrier", "allocateFloatLocalArray", "allocateIntLocalArray");

  /** Words of OpenCL C and functions that it brings, of those that come to mind as names. */
  private static final Set<String> WORDS =
      Set.of(
          "kernel",
          "global",
          "local",
          "constant",
          "private",
          "half",
          "uint",
          "uchar",
          "ushort",
          "ulong",
          "bool",
          "size_t",
          "nan",
          "exp",
          "log",
          "sqrt",
          "tanh",
          "pow",
          "sin",
          "cos",
          "max",
          "min",
          "abs",
          "fabs",
          "fma",
          "mad",
          "dot",
          "cross",
          "normalize",
          "length",
          "distance",
          "clamp",
          "mix",
          "step",
          "sign",
          "barrier",
          "select",
          "any",
          "all",
          "printf",
          "rotate",
          "floor",
          "ceil",
          "round",
          "trunc",
          "main",
          "struct",
          "union",
          "signed",
          "unsigned",
          "typedef",
          "sizeof",
          "extern",
          "inline",
          "restrict",
          "register",
          "auto");

  private static final Pattern VECTOR =
      Pattern.compile("(u?(char|short|int|long)|half|float|double)(2|3|4|8|16)");

  /**
   * Nodes of the largest graph that TornadoVM puts in the place of a call. A method has about one
   * node for each instruction that is no access to a local variable.
   */
  private static final int LARGEST_CALLED = 600;

  private final Kernel kernel;

  private Restrictions(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Looks at all code of a kernel.
   *
   * @throws TornadoBailoutRuntimeException if TornadoVM would not take it; one line that names the
   *     kernel and the reason
   */
  static void check(Kernel kernel) {
    new Restrictions(kernel).check();
  }

  private void check() {
    if (WORDS.contains(kernel.name()) || VECTOR.matcher(kernel.name()).matches()) {
      throw refusal("its name is a word of OpenCL C");
    }
    checkVariableTable(kernel.methods().get(kernel.entry()));
    checkRecursion(kernel.entry(), new HashSet<>());
    for (Map.Entry<Kernel.Key, MethodModel> method : kernel.methods().entrySet()) {
      check(method.getValue());
      if (!method.getKey().equals(kernel.entry())) {
        checkSize(method.getValue());
      }
    }
  }

  private void checkSize(MethodModel called) {
    long nodes =
        called
            .code()
            .orElseThrow()
            .elementStream()
            .filter(e -> e instanceof Instruction)
            .filter(e -> !(e instanceof LoadInstruction || e instanceof StoreInstruction))
            .count();
    if (nodes > LARGEST_CALLED) {
      throw refusal(
          "%s, which it calls, has %d operations, more than %d"
              .formatted(called.methodName().stringValue(), nodes, LARGEST_CALLED));
    }
  }

  /** The compiler takes the names of parameters from a table that javac writes with -g. */
  private void checkVariableTable(MethodModel method) {
    CodeAttribute code = method.findAttribute(Attributes.code()).orElseThrow();
    List<LocalVariableInfo> variables = new ArrayList<>();
    code.findAttribute(Attributes.localVariableTable())
        .ifPresent(table -> variables.addAll(table.localVariables()));
    int parameters = method.methodTypeSymbol().parameterCount();
    long found = variables.stream().filter(v -> v.startPc() == 0 && v.slot() < parameters).count();
    if (found < parameters) {
      throw refusal("it has no table of its parameters' names; compile it with -g");
    }
  }

  private void checkRecursion(Kernel.Key key, Set<Kernel.Key> callers) {
    if (!callers.add(key)) {
      throw refusal(key.name() + " calls itself");
    }
    for (CodeElement element : kernel.methods().get(key).code().orElseThrow()) {
      if (element instanceof InvokeInstruction call
          && kernel.methods().containsKey(Kernel.Key.of(call))) {
        checkRecursion(Kernel.Key.of(call), callers);
      }
    }
    callers.remove(key);
  }

  private void check(MethodModel method) {
    if (method.methodName().stringValue().equals("<clinit>")) {
      throw refusal("it initialises a class");
    }
    Instruction before = null;
    for (CodeElement element : method.code().orElseThrow()) {
      if (element instanceof ExceptionCatch) {
        throw refusal("it catches exceptions");
      }
      if (element instanceof Instruction instruction) {
        check(instruction, before);
        before = instruction;
      }
    }
  }

  private void check(Instruction instruction, @Nullable Instruction before) {
    switch (instruction) {
      case InvokeInstruction call -> check(call, before);
      case FieldInstruction field -> {
        boolean ofContext =
            field.opcode() == Opcode.GETFIELD
                && field.owner().asInternalName().equals(API + "KernelContext");
        if (!ofContext) {
          throw refusal("it accesses the field " + field.name().stringValue());
        }
      }
      case ConstantInstruction constant -> {
        if (constant.constantValue() instanceof Float real && real.isNaN()) {
          throw refusal("it has the constant NaN");
        }
        if (constant.opcode() == Opcode.ACONST_NULL) {
          throw refusal("it has the constant null");
        }
        if (constant.constantValue() instanceof String
            || constant.constantValue() instanceof ClassDesc) {
          throw refusal("it has the constant " + constant.constantValue());
        }
      }
      case NewPrimitiveArrayInstruction array -> {
        if (!(before instanceof ConstantInstruction)) {
          throw refusal("it allocates an array whose size is not constant");
        }
        if (array.typeKind() != TypeKind.FLOAT && array.typeKind() != TypeKind.INT) {
          throw refusal("it allocates an array of neither floats nor ints");
        }
      }
      default -> check(instruction.opcode(), before);
    }
  }

  private void check(Opcode opcode, @Nullable Instruction before) {
    switch (opcode) {
      case NEW, ANEWARRAY, MULTIANEWARRAY -> throw refusal("it allocates");
      case ATHROW -> throw refusal("it throws an exception");
      case MONITORENTER, MONITOREXIT -> throw refusal("it synchronizes");
      case INVOKEDYNAMIC -> throw refusal("it calls a method that is made at run time");
      case INSTANCEOF, CHECKCAST, AALOAD, AASTORE -> throw refusal("it works on objects");
      case FREM, DREM -> throw refusal("it takes the remainder of floats");
      case ARRAYLENGTH -> throw refusal("it asks a local array for its length");
      case GOTO, GOTO_W -> {
        if (before instanceof LoadInstruction load && load.typeKind() == TypeKind.REFERENCE) {
          throw refusal("it chooses between arrays at run time");
        }
      }
      default -> {
        // Arithmetic, jumps and local variables.
      }
    }
  }

  private void check(InvokeInstruction call, @Nullable Instruction before) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    String full = owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
    if (call.opcode() == Opcode.INVOKESTATIC) {
      boolean function =
          owner.equals(API + "math/TornadoMath")
              || owner.equals("java/lang/Math") && MATH.contains(name);
      if (!function && !Kernel.Key.of(call).isOurs()) {
        throw refusal("it calls " + full);
      }
      if (owner.equals("java/lang/Math") && name.equals("abs") && !isReal(call)) {
        throw refusal("it calls Math.abs of an integer, for which there is TornadoMath.abs");
      }
      if (function && NOT_OF_CONSTANTS.contains(name) && before instanceof ConstantInstruction) {
        throw refusal("it calls " + full + " of a constant");
      }
      if (!function && call.typeSymbol().parameterList().stream().anyMatch(ClassDesc::isArray)) {
        throw refusal("it hands a local array to " + full);
      }
      return;
    }
    boolean permitted =
        call.opcode() == Opcode.INVOKEVIRTUAL
            && (owner.startsWith(API + "types/arrays/") && ARRAY_METHODS.contains(name)
                || owner.equals(API + "KernelContext") && CONTEXT_METHODS.contains(name)
                || owner.equals("java/lang/Integer") && name.equals("intValue"));
    if (!permitted) {
      throw refusal("it calls " + full);
    }
    if (name.startsWith("allocate") && !(before instanceof ConstantInstruction)) {
      throw refusal("it allocates a local array whose size is not constant");
    }
  }

  private static boolean isReal(InvokeInstruction call) {
    return call.typeSymbol().returnType().descriptorString().matches("[FD]");
  }

  private TornadoBailoutRuntimeException refusal(String reason) {
    return new TornadoBailoutRuntimeException(
        "Unable to compile kernel " + kernel.name() + ": " + reason);
  }
}
