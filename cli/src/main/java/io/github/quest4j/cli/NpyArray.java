package io.github.quest4j.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array of 32-bit floats from a NumPy {@code .npy} file (format 1.0 to 3.0, little endian, C
 * order).
 *
 * @param shape length of each dimension
 * @param data the values, last dimension fastest
 */
record NpyArray(int[] shape, float[] data) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  /**
   * Reads a file.
   *
   * @param dimensions how many the array must have
   * @param meaning of the dimensions, for messages
   * @throws IllegalArgumentException naming the file and what is wrong with it
   */
  static NpyArray read(Path file, int dimensions, String meaning) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("no such file: " + file);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer start = read(channel, 0, (int) Math.min(12, channel.size()));
      if (start.remaining() < 12 || !start.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
        throw new IllegalArgumentException(file + " is not an .npy file");
      }
      boolean old = start.get(6) == 1;
      long headerLength =
          old ? Short.toUnsignedInt(start.getShort(8)) : Integer.toUnsignedLong(start.getInt(8));
      int headerStart = old ? 10 : 12;
      if (headerLength > MAX_HEADER || headerStart + headerLength > channel.size()) {
        throw new IllegalArgumentException(
            file + " is cut off or damaged: its header has " + headerLength + " bytes");
      }
      String header =
          StandardCharsets.ISO_8859_1
              .decode(read(channel, headerStart, (int) headerLength))
              .toString();
      String type = field(file, header, DESCR, "descr");
      if (!type.equals("<f4")) {
        throw new IllegalArgumentException(
            file
                + " has values of type "
                + type
                + ": save it as float32 (array.astype('float32'))");
      }
      int[] shape = shape(file, field(file, header, SHAPE, "shape"));
      if (field(file, header, ORDER, "fortran_order").equals("True") && shape.length > 1) {
        throw new IllegalArgumentException(
            file + " is in Fortran order: save it with numpy.ascontiguousarray");
      }
      if (shape.length != dimensions) {
        throw new IllegalArgumentException(
            file
                + " has "
                + shape.length
                + " dimensions where "
                + dimensions
                + " are needed: "
                + meaning);
      }
      long count = 1;
      for (int length : shape) {
        if (length < 1) {
          throw new IllegalArgumentException(
              file + " has an empty dimension: " + Arrays.toString(shape));
        }
        count = Math.multiplyExact(count, (long) length);
      }
      long at = headerStart + headerLength;
      if (count > Integer.MAX_VALUE / 4 || at + count * 4 > channel.size()) {
        throw new IllegalArgumentException(
            file
                + " is cut off or too large: its shape "
                + Arrays.toString(shape)
                + " asks for "
                + count
                + " values");
      }
      float[] data = new float[(int) count];
      read(channel, at, (int) count * 4).asFloatBuffer().get(data);
      return new NpyArray(shape, data);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(file + " claims a size beyond all memory", e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {}
    return buffer.flip();
  }

  private static String field(Path file, String header, Pattern pattern, String name) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new IllegalArgumentException(file + " is damaged: its header has no " + name);
    }
    return matcher.group(1);
  }

  private static int[] shape(Path file, String text) {
    try {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(file + " is damaged: its shape is (" + text + ")", e);
    }
  }
}
