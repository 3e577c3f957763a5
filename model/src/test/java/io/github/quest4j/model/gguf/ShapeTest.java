package io.github.quest4j.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void dimensionZeroIsTheColumns() {
    Shape shape = Shape.of(5, 3, 2);
    assertThat(shape.columns()).isEqualTo(5);
    assertThat(shape.rows()).isEqualTo(6);
    assertThat(shape.elements()).isEqualTo(30);
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.dim(2)).isEqualTo(2);
    assertThat(shape.dim(3)).isEqualTo(1);
    assertThat(shape).hasToString("[5, 3, 2]");
    assertThatThrownBy(() -> shape.dim(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void laterChangesOfTheCallersArrayDoNotMatter() {
    long[] dims = {5, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 7;
    shape.toArray()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(5, 3));
  }

  @Test
  void trailingOnesDoNotMatter() {
    assertThat(Shape.of(5, 1, 1)).isEqualTo(Shape.of(5)).hasSameHashCodeAs(Shape.of(5));
    assertThat(Shape.of(1, 5)).isNotEqualTo(Shape.of(5));
  }

  @Test
  void badDimensionsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(Shape::of);
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1, 1, 1, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(4, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(-4, -4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(1L << 32, 1L << 31))
        .withMessage("number of elements does not fit in 63 bits: [4294967296, 2147483648]");
    assertThat(Shape.of(1L << 32, 1L << 30).elements()).isEqualTo(1L << 62);
  }
}
