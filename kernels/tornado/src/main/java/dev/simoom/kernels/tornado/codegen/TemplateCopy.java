package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Copies the body of a template's method: its arrays are taken from the parameters of the copy, its
 * scalars are written into it, and some of its calls go elsewhere.
 *
 * <p>The copy's own parameters come first among its local variables, those of the template after.
 */
final class TemplateCopy {
  private static final Map<Class<?>, ClassModel> MODELS = new ConcurrentHashMap<>();

  private final Code.Template template;
  private final ClassDesc self;
  private final List<ArrayRef> arguments;
  private final List<ArrayRef> parameters;

  /**
   * A copy.
   *
   * @param self the class that the copy is in
   * @param arguments the arrays of the task
   * @param parameters the same, each once
   */
  TemplateCopy(
      Code.Template template, ClassDesc self, List<ArrayRef> arguments, List<ArrayRef> parameters) {
    this.template = template;
    this.self = self;
    this.arguments = arguments;
    this.parameters = parameters;
  }

  void write(CodeBuilder code) {
    int next = 1 + parameters.size();
    MethodModel method = method(template.owner(), template.method());
    // Arrays beyond those of the template are for what its calls are redirected to.
    int own = method.methodTypeSymbol().parameterCount() - 1 - template.scalars().size();
    for (ArrayRef argument : arguments.subList(0, own)) {
      code.aload(1 + parameters.indexOf(argument)).astore(next++);
    }
    CodeAttribute body = method.findAttribute(Attributes.code()).orElseThrow();
    int one = moved(body.maxLocals());
    new DeviceCode(code, parameters).opaqueOne(one);
    for (Object scalar : template.scalars()) {
      if (scalar instanceof Float real) {
        code.loadConstant(real.floatValue()).fstore(next++);
      } else {
        integer((Integer) scalar, one, code);
        code.istore(next++);
      }
    }
    for (CodeElement element : body) {
      copy(element, code);
    }
  }

  /** Only 0 and 1, by which templates choose what they do, are constants to the compiler. */
  private static void integer(int value, int one, CodeBuilder code) {
    code.loadConstant(value);
    if (value != 0 && value != 1) {
      code.iload(one).imul();
    }
  }

  private void copy(CodeElement element, CodeBuilder code) {
    switch (element) {
      case LoadInstruction load -> code.loadLocal(load.typeKind(), moved(load.slot()));
      case StoreInstruction store -> code.storeLocal(store.typeKind(), moved(store.slot()));
      case IncrementInstruction i -> code.iinc(moved(i.slot()), i.constant());
      case InvokeInstruction call when redirect(call) != null -> redirected(call, code);
      case LabelTarget label -> code.with(label);
      case ExceptionCatch handler ->
          throw new IllegalStateException(template.method() + " catches exceptions");
      case PseudoInstruction unused -> {
        // Line numbers and names of variables would be those of another class.
      }
      case Instruction instruction -> code.with(instruction);
      default -> {
        // Attributes are made anew.
      }
    }
  }

  private int moved(int slot) {
    return slot == 0 ? 0 : slot + parameters.size();
  }

  private Code.@Nullable Redirect redirect(InvokeInstruction call) {
    boolean own = call.owner().asSymbol().equals(ClassDesc.of(template.owner().getName()));
    return own ? template.redirected().get(call.name().stringValue()) : null;
  }

  private void redirected(InvokeInstruction call, CodeBuilder code) {
    switch (redirect(call)) {
      case Code.Redirect.ToMethod(Class<?> owner, String name) ->
          code.invokestatic(
              ClassDesc.of(owner.getName()), name, method(owner, name).methodTypeSymbol());
      case Code.Redirect.ToLoop loop -> {
        for (int i = 0; i < parameters.size(); i++) {
          code.aload(1 + i);
        }
        code.invokestatic(self, Epilogue.NAME, new Epilogue(loop, parameters).type());
      }
      case null -> throw new IllegalStateException(call + " goes nowhere else");
    }
  }

  private static MethodModel method(Class<?> owner, String name) {
    return MODELS.computeIfAbsent(owner, TemplateCopy::parse).methods().stream()
        .filter(m -> m.methodName().equalsString(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(owner + " has no method " + name));
  }

  private static ClassModel parse(Class<?> owner) {
    String file = owner.getName().substring(owner.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no class file of " + owner);
      }
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
