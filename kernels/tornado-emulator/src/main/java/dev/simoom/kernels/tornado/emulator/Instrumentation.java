package dev.simoom.kernels.tornado.emulator;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Copies a kernel and what it calls into a class of its own, in which {@link Access} takes the
 * place of the context and of accesses to arrays.
 */
final class Instrumentation {
  private static final ClassDesc SELF =
      ClassDesc.of(Instrumentation.class.getPackageName(), "Instrumented");
  private static final ClassDesc ACCESS = ClassDesc.of(Access.class.getName());
  private static final ClassDesc CONTEXT =
      ClassDesc.of("uk.ac.manchester.tornado.api.KernelContext");
  private static final ClassDesc FUNCTIONS =
      ClassDesc.of("uk.ac.manchester.tornado.api.math.TornadoMath");
  private static final String ARRAYS = "uk/ac/manchester/tornado/api/types/arrays/";
  private static final int PUBLIC_STATIC = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;

  private final Kernel kernel;
  private final Map<Kernel.Key, String> names = new HashMap<>();

  private Instrumentation(Kernel kernel) {
    this.kernel = kernel;
    kernel.methods().keySet().forEach(key -> names.put(key, key.name() + names.size()));
  }

  /** The code of one work item, to be given the kernel's arguments. */
  @SuppressWarnings("unchecked")
  static Consumer<Object[]> of(Kernel kernel) {
    byte[] bytes = ClassFile.of().build(SELF, new Instrumentation(kernel)::write);
    try {
      return (Consumer<Object[]>)
          MethodHandles.lookup()
              .defineHiddenClass(bytes, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("instrumented kernel " + kernel.name(), e);
    }
  }

  private void write(ClassBuilder type) {
    type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
    type.withInterfaceSymbols(ClassDesc.of(Consumer.class.getName()));
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .invokespecial(
                    ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_());
    type.withMethodBody(
        "accept",
        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object),
        ClassFile.ACC_PUBLIC,
        this::writeAccept);
    kernel
        .methods()
        .forEach(
            (key, method) ->
                type.withMethodBody(
                    names.get(key),
                    method.methodTypeSymbol(),
                    PUBLIC_STATIC,
                    code -> copy(method, code)));
  }

  private void writeAccept(CodeBuilder code) {
    MethodTypeDesc signature = kernel.methods().get(kernel.entry()).methodTypeSymbol();
    code.aload(1).checkcast(ConstantDescs.CD_Object.arrayType()).astore(2);
    for (int i = 0; i < signature.parameterCount(); i++) {
      ClassDesc type = signature.parameterType(i);
      code.aload(2).loadConstant(i).aaload();
      if (type.isPrimitive()) {
        boolean real = type.equals(ConstantDescs.CD_float);
        ClassDesc box = real ? ConstantDescs.CD_Float : ConstantDescs.CD_Integer;
        code.checkcast(box);
        code.invokevirtual(box, real ? "floatValue" : "intValue", MethodTypeDesc.of(type));
      } else {
        code.checkcast(type);
      }
    }
    code.invokestatic(SELF, names.get(kernel.entry()), signature).return_();
  }

  private void copy(MethodModel method, CodeBuilder code) {
    List<CodeElement> elements = method.code().orElseThrow().elementList();
    for (int i = 0; i < elements.size(); i++) {
      switch (elements.get(i)) {
        case FieldInstruction field -> number(field.name().stringValue(), code);
        case InvokeInstruction call -> call(call, code);
        case ArrayLoadInstruction load -> access(code, "load", load.typeKind());
        case ArrayStoreInstruction store -> access(code, "store", store.typeKind());
        case NewPrimitiveArrayInstruction array -> own(array.typeKind(), code);
        case OperatorInstruction operator -> operate(operator.opcode(), next(elements, i), code);
        case ConvertInstruction convert -> convert(convert.opcode(), code);
        case LabelTarget label -> code.with(label);
        case Instruction instruction -> code.with(instruction);
        default -> {
          // Line numbers and names of variables stay behind.
        }
      }
    }
  }

  /** The context's fields are named by what they hold, and end in x, y or z. */
  private static void number(String field, CodeBuilder code) {
    int dimension = Character.toLowerCase(field.charAt(field.length() - 1)) - 'x';
    code.loadConstant(Launch.Number.ofField(field).ordinal()).loadConstant(dimension);
    code.invokestatic(
        ACCESS,
        "number",
        MethodTypeDesc.of(
            ConstantDescs.CD_Integer, CONTEXT, ConstantDescs.CD_int, ConstantDescs.CD_int));
  }

  private static void access(CodeBuilder code, String name, TypeKind kind) {
    ClassDesc element = kind.upperBound();
    MethodTypeDesc type =
        name.equals("load")
            ? MethodTypeDesc.of(element, element.arrayType(), ConstantDescs.CD_int)
            : MethodTypeDesc.of(
                ConstantDescs.CD_void, element.arrayType(), ConstantDescs.CD_int, element);
    code.invokestatic(ACCESS, name, type);
  }

  /** An array of the work item's own, which holds nothing useful. */
  private static void own(TypeKind kind, CodeBuilder code) {
    ClassDesc array = kind.upperBound().arrayType();
    String name = kind == TypeKind.FLOAT ? "ownFloats" : "ownInts";
    code.invokestatic(ACCESS, name, MethodTypeDesc.of(array, ConstantDescs.CD_int));
  }

  /**
   * Operators as TornadoVM understands them: integers are shifted with their sign, and a NaN is not
   * less than anything, whatever the jump does that follows.
   */
  private static void operate(Opcode opcode, Opcode next, CodeBuilder code) {
    boolean less = next == Opcode.IFLT || next == Opcode.IFGE;
    switch (opcode) {
      case IUSHR -> code.ishr();
      case LUSHR -> code.lshr();
      case FCMPL, FCMPG -> code.with(OperatorInstruction.of(less ? Opcode.FCMPG : Opcode.FCMPL));
      case DCMPL, DCMPG -> code.with(OperatorInstruction.of(less ? Opcode.DCMPG : Opcode.DCMPL));
      default -> code.with(OperatorInstruction.of(opcode));
    }
  }

  private static Opcode next(List<CodeElement> elements, int at) {
    for (int i = at + 1; i < elements.size(); i++) {
      if (elements.get(i) instanceof Instruction instruction) {
        return instruction.opcode();
      }
    }
    throw new IllegalStateException("code ends in an operator");
  }

  private static void convert(Opcode opcode, CodeBuilder code) {
    if (opcode == Opcode.F2I) {
      code.invokestatic(
          ACCESS, "toInt", MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_float));
    } else {
      code.with(ConvertInstruction.of(opcode));
    }
  }

  private void call(InvokeInstruction call, CodeBuilder code) {
    Kernel.Key key = Kernel.Key.of(call);
    ClassDesc owner = call.owner().asSymbol();
    if (names.containsKey(key)) {
      code.invokestatic(SELF, names.get(key), call.typeSymbol());
    } else if (owner.equals(CONTEXT)) {
      code.invokestatic(
          ACCESS,
          switch (key.name()) {
            case "allocateFloatLocalArray" -> "floats";
            case "allocateIntLocalArray" -> "ints";
            default -> "barrier";
          },
          call.typeSymbol().insertParameterTypes(0, CONTEXT));
    } else if (key.owner().startsWith(ARRAYS) && !key.name().equals("getSize")) {
      code.invokestatic(ACCESS, key.name(), call.typeSymbol().insertParameterTypes(0, owner));
    } else if (key.name().equals("max") || key.name().equals("min")) {
      code.invokestatic(FUNCTIONS, key.name(), call.typeSymbol());
    } else {
      code.with(call);
    }
  }
}
