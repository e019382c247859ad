package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Place;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the method that a template calls for each element of its result: {@code (array, index,
 * value, row, column, arrays...)}.
 */
final class Epilogue {
  static final String NAME = "epilogue";
  private static final int INDEX = 1;
  private static final int VALUE = 2;
  private static final int ROW = 3;
  private static final int COLUMN = 4;
  private static final int FIRST_ARRAY = 5;

  private final Code.Redirect.ToLoop loop;
  private final List<ArrayRef> parameters;

  Epilogue(Code.Redirect.ToLoop loop, List<ArrayRef> parameters) {
    this.loop = loop;
    this.parameters = parameters;
  }

  MethodTypeDesc type() {
    List<ClassDesc> types = new ArrayList<>();
    types.add(DeviceCode.arrayClass(ElementType.FLOAT));
    types.add(ConstantDescs.CD_int);
    types.add(ConstantDescs.CD_float);
    types.add(ConstantDescs.CD_int);
    types.add(ConstantDescs.CD_int);
    parameters.forEach(array -> types.add(DeviceCode.arrayClass(array.type())));
    return MethodTypeDesc.of(ConstantDescs.CD_void, types);
  }

  void write(CodeBuilder code) {
    DeviceCode device = new DeviceCode(code, parameters, FIRST_ARRAY, ROW);
    if (loop.keep()) {
      code.aload(0).iload(INDEX).fload(VALUE);
      device.set(DType.F32);
    }
    // The first input is the value itself and lies nowhere; its place is never looked at.
    List<Place> inputs = new ArrayList<>();
    inputs.add(new Place(new ArrayRef(-1, ElementType.FLOAT), 0));
    inputs.addAll(loop.inputs());
    DeviceLoop body = new DeviceLoop(loop.loop(), inputs, loop.outputs());
    Map<Integer, Integer> given = new HashMap<>();
    for (int i = 0; i < loop.loop().body().size(); i++) {
      if (body.instruction(i) instanceof Instruction.Load(int input) && input == 0) {
        given.put(i, VALUE);
      }
    }
    ElementLoop.storeAll(new RowCode(device, body, ROW), body, COLUMN, given);
    code.return_();
  }
}
