namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The reference back end against numbers worked by hand: the others are only compared with it.</summary>
[TestClass]
public sealed class ReferenceBackendTests
{
    private readonly ReferenceBackend<double> _backend = new();

    /// <summary>(1 2 3; 4 5 6) · (1 0; 0 1; 2 −1) = (7 −1; 16 −1), from any storage, added or not.</summary>
    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public void MatMulByHand(bool transposeA, bool transposeB)
    {
        Tensor<double> a = transposeA ? _backend.Tensor(1, 4, 2, 5, 3, 6) : _backend.Tensor(1, 2, 3, 4, 5, 6);
        Tensor<double> b = transposeB ? _backend.Tensor(1, 0, 2, 0, 1, -1) : _backend.Tensor(1, 0, 0, 1, 2, -1);
        Tensor<double> c = _backend.Tensor(100, 100, 100, 100);

        _backend.MatMul(a, transposeA, b, transposeB, c, 2, 2, 3);
        CollectionAssert.AreEqual(new double[] { 7, -1, 16, -1 }, _backend.Values(c));
        _backend.MatMul(a, transposeA, b, transposeB, c, 2, 2, 3, accumulate: true);
        CollectionAssert.AreEqual(new double[] { 14, -2, 32, -2 }, _backend.Values(c));
    }

    /// <summary>A product over nothing is 0, or leaves what is there.</summary>
    [TestMethod]
    public void EmptySizes()
    {
        Tensor<double> none = _backend.Allocate(0);
        Tensor<double> c = _backend.Tensor(1, 2);
        _backend.MatMul(none, false, none, false, c, 1, 2, 0, accumulate: true);
        CollectionAssert.AreEqual(new double[] { 1, 2 }, _backend.Values(c));
        _backend.Affine(default(IdentityRule), none, none, _backend.Tensor(3, 4), c, 1, 0, 2);
        CollectionAssert.AreEqual(new double[] { 3, 4 }, _backend.Values(c));
        _backend.MatMul(none, false, none, false, c, 1, 2, 0);
        CollectionAssert.AreEqual(new double[] { 0, 0 }, _backend.Values(c));

        _backend.Map(default(ReLURule), none, none);
        _backend.Softmax(none, none, 0, 3);
        _backend.Softmax(none, none, 3, 0);
        _backend.Matches(none, none, default, none, 0, 3);
        Assert.AreEqual(0, _backend.Sum(none));
    }

    /// <summary>Sums, axpy, copies, fills.</summary>
    [TestMethod]
    public void SmallOperationsByHand()
    {
        Tensor<double> x = _backend.Tensor(1, 2, 3, 4, 5, 6);
        Tensor<double> sums = _backend.Tensor(9, 9, 9);
        _backend.SumRows(x, sums, 2, 3);
        CollectionAssert.AreEqual(new double[] { 5, 7, 9 }, _backend.Values(sums));
        _backend.SumRows(x, sums, 2, 3, accumulate: true);
        CollectionAssert.AreEqual(new double[] { 10, 14, 18 }, _backend.Values(sums));
        Assert.AreEqual(21, _backend.Sum(x));
        Assert.AreEqual(91, _backend.SumOfSquares(x));

        _backend.AddScaled(-2, _backend.Tensor(1, 1, 1), x.Slice(0, 3));
        CollectionAssert.AreEqual(new double[] { -1, 0, 1, 4, 5, 6 }, _backend.Values(x));
        _backend.Copy(sums, x.Slice(3, 3));
        _backend.Fill(x.Slice(0, 2), 0.5);
        CollectionAssert.AreEqual(new[] { 0.5, 0.5, 1, 10, 14, 18 }, _backend.Values(x));
    }

    /// <summary>Softmax: known probabilities, rows apart, shift does not matter, nothing overflows.</summary>
    [TestMethod]
    public void SoftmaxByHand()
    {
        double l2 = Math.Log(2);
        Tensor<double> x = _backend.Tensor(0, l2, 0, 1000, 1000 + l2, 1000, -5000, 0, double.NegativeInfinity);
        _backend.Softmax(x, x, 3, 3);
        TestTensors.AreClose([0.25, 0.5, 0.25, 0.25, 0.5, 0.25, 0, 1, 0], _backend.Values(x), 1e-13);

        // y = (¼, ¾), g = (1, 3): ⟨g, y⟩ = 2½, so dx = (¼ · −1½, ¾ · ½).
        Tensor<double> gradient = _backend.Tensor(1, 3);
        _backend.SoftmaxBackward(_backend.Tensor(0.25, 0.75), gradient, gradient, 1, 2);
        TestTensors.AreClose([-0.375, 0.375], _backend.Values(gradient), 1e-15);
    }

    /// <summary>Matches: the first of equals counts; a row with a NaN does not; each counts by its weight.</summary>
    [TestMethod]
    public void MatchesByHand()
    {
        double nan = double.NaN;
        Tensor<double> prediction = _backend.Tensor(1, 2, 3, /**/ 5, 5, 1, /**/ 5, 5, 1, /**/ nan, 9, 1, /**/ 1, nan, 0, /**/ -3, -1, -2);
        Tensor<double> target = _backend.Tensor(0, 0, 1, /**/ 1, 0, 0, /**/ 0, 1, 0, /**/ 0, 1, 0, /**/ 1, 0, 0, /**/ 0, 1, 0);
        Tensor<double> matches = _backend.Allocate(6);
        _backend.Matches(prediction, target, default, matches, 6, 3);
        CollectionAssert.AreEqual(new double[] { 1, 1, 0, 0, 0, 1 }, _backend.Values(matches));
        _backend.Matches(prediction, target, _backend.Tensor(2, 0, 9, 9, 9, 0.5), matches, 6, 3);
        CollectionAssert.AreEqual(new double[] { 2, 0, 0, 0, 0, 0.5 }, _backend.Values(matches));
        _backend.Matches(default, default, default, matches, 6, 0);
        CollectionAssert.AreEqual(new double[6], _backend.Values(matches));
    }

    /// <summary>Rows are gathered in the order asked for; a row that is not there is named.</summary>
    [TestMethod]
    public void GatherRows()
    {
        Tensor<double> batch = _backend.Allocate(6);
        _backend.Gather(new Table(), [2, 0, 2], batch);
        CollectionAssert.AreEqual(new double[] { 20, 21, 0, 1, 20, 21 }, _backend.Values(batch));

        ArgumentOutOfRangeException e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _backend.Gather(new Table(), [0, 3, 1], batch));
        StringAssert.Contains(e.Message, "no row 3 in a table of 3 rows");
    }

    /// <summary>Wrong lengths are refused by name and number.</summary>
    [TestMethod]
    public void WrongLengthsAreRefused()
    {
        Tensor<double> five = _backend.Allocate(5);
        Tensor<double> six = _backend.Allocate(6);
        Refused("MatMul: c must have 2 × 2 elements, but has 5", () => _backend.MatMul(six, false, _backend.Allocate(6), false, five, 2, 2, 3));
        Refused("MatMul: a must have 2 × 4 elements, but has 6", () => _backend.MatMul(six, false, _backend.Allocate(8), false, five, 2, 2, 4));
        Refused("MatMul: b must have", () => _backend.MatMul(six, false, five, false, five, 2, -2, 3));
        Refused("Affine: bias must have 2 elements, but has 5", () => _backend.Affine(default(ReLURule), six, _backend.Allocate(6), five, _backend.Allocate(4), 2, 3, 2));
        Refused("Map: y must have 5 elements, but has 6", () => _backend.Map(default(ReLURule), five, six));
        Refused("MapBackward: outputGradient must have 5", () => _backend.MapBackward(default(ReLURule), five, five, six, five));
        Refused("AddScaled: y must have 5", () => _backend.AddScaled(1, five, six));
        Refused("SumRows: sums must have 3", () => _backend.SumRows(six, five, 2, 3));
        Refused("Softmax: x must have 2 × 2", () => _backend.Softmax(five, five, 2, 2));
        Refused("SoftmaxBackward: y must have", () => _backend.SoftmaxBackward(five, six, six, 2, 3));
        Refused("Matches: target must have", () => _backend.Matches(six, five, default, _backend.Allocate(2), 2, 3));
        Refused("Matches: weights must have 2", () => _backend.Matches(six, _backend.Allocate(6), five, _backend.Allocate(2), 2, 3));
        Refused("Matches: matches must have 2", () => _backend.Matches(six, _backend.Allocate(6), default, five, 2, 3));
        Refused("Update: gradient must have 5", () => new Sgd().Step(_backend, new UpdatePass<double>(five, six, default, default, default, GradientTransform.None, 1, 1)));
        Refused("Update: state 0 must have 5", () => new Adam().Step(_backend, new UpdatePass<double>(five, _backend.Allocate(5), default, default, default, GradientTransform.None, 1, 1)));
        Refused("ElementLoss: row losses must have 2", () => new MeanSquaredError().Evaluate(_backend, new LossPass<double>(six, _backend.Allocate(6), default, five, default, 1, 2, 3)));
        Refused("SoftmaxCrossEntropy: weights must have 2", () => new SoftmaxCrossEntropy().Evaluate(_backend, new LossPass<double>(six, _backend.Allocate(6), five, _backend.Allocate(2), default, 1, 2, 3)));
        Refused("Write: the source has 1 elements, the destination 5", () => _backend.Write([1], five));
        Refused("Read: the source has 5 elements, the destination 1", () => _backend.Read(five, new double[1]));
        Refused("Copy: the source has 5", () => _backend.Copy(five, six));
    }

    /// <summary>Results over their own sources are refused where they would be wrong, and taken where they are right.</summary>
    [TestMethod]
    public void OverlapsAreRefused()
    {
        Tensor<double> memory = _backend.Allocate(8);
        Tensor<double> other = _backend.Allocate(4);
        Refused("MatMul can't work in place: c and a share memory", () => _backend.MatMul(memory.Slice(0, 4), false, other, false, memory.Slice(3, 4), 2, 2, 2));
        Refused("MatMul can't work in place: c and b share memory", () => _backend.MatMul(other, false, memory.Slice(0, 4), false, memory.Slice(0, 4), 2, 2, 2));
        Refused("Map: y and x overlap in part", () => _backend.Map(default(ReLURule), memory.Slice(0, 4), memory.Slice(1, 4)));
        _backend.MatMul(memory.Slice(0, 4), false, other, false, memory.Slice(4, 4), 2, 2, 2);
        _backend.Map(default(ReLURule), memory, memory);
    }

    /// <summary>Memory of another back end, or given back, is refused.</summary>
    [TestMethod]
    public void ForeignAndDisposedMemoryIsRefused()
    {
        Tensor<double> foreign = new(new ForeignBuffer(), 0, 4);
        Refused("another back end (ForeignBuffer)", () => _backend.Fill(foreign, 1));

        Tensor<double> gone = _backend.Allocate(4);
        gone.Buffer!.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => _backend.Fill(gone, 1));
    }

    /// <summary>Float agrees with double, up to its rounding.</summary>
    [TestMethod]
    public void FloatAgreesWithDouble()
    {
        static double[] Run<T>()
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            ReferenceBackend<T> backend = new();
            Tensor<T> product = backend.Allocate(7 * 5);
            Tensor<T> sums = backend.Allocate(5);
            backend.MatMul(backend.Tensor(TestTensors.Gaussians(7 * 11, 1)), false, backend.Tensor(TestTensors.Gaussians(11 * 5, 2)), true, product, 7, 5, 11);
            backend.SumRows(product, sums, 7, 5);
            Tensor<T> y = backend.Allocate(7 * 5);
            backend.Softmax(product, y, 7, 5);
            double[] probabilities = backend.Values(y);
            backend.SoftmaxBackward(y, product, product, 7, 5);
            return [.. backend.Values(sums), .. probabilities, .. backend.Values(product), backend.Sum(y), backend.SumOfSquares(y)];
        }

        TestTensors.AreClose(Run<double>(), Run<float>(), 1e-5);
    }

    /// <summary>Lanes: selection, the NaN rules of the contract, and the other functions.</summary>
    [TestMethod]
    public void LaneContract()
    {
        static ReferenceLane<double> L(double value) => ReferenceLane<double>.Create(value);
        Assert.IsTrue(double.IsNaN(ReferenceLane<double>.Max(L(double.NaN), L(1)).Value));
        Assert.IsTrue(double.IsNaN(ReferenceLane<double>.Max(L(1), L(double.NaN)).Value));
        Assert.IsTrue(double.IsNaN(ReferenceLane<double>.Min(L(1), L(double.NaN)).Value));
        Assert.AreEqual(7, ReferenceLane<double>.Select(ReferenceLane<double>.GreaterThan(L(2), L(1)), L(7), L(8)).Value);
        Assert.AreEqual(8, ReferenceLane<double>.Select(ReferenceLane<double>.GreaterThan(L(1), L(1)), L(7), L(8)).Value);
        Assert.AreEqual(8, ReferenceLane<double>.Select(ReferenceLane<double>.GreaterThan(L(double.NaN), L(1)), L(7), L(8)).Value);
        Assert.AreEqual(double.NegativeInfinity, ReferenceLane<double>.Log(L(0)).Value);
        Assert.IsTrue(double.IsNaN(ReferenceLane<double>.Log(L(-1)).Value));
        Assert.AreEqual(0, ReferenceLane<double>.Exp(L(double.NegativeInfinity)).Value);
        Assert.AreEqual(double.PositiveInfinity, ReferenceLane<double>.Exp(L(1000)).Value);
        Assert.AreEqual(1, ReferenceLane<double>.Log(ReferenceLane<double>.Exp(L(1))).Value, 1e-15);
        Assert.AreEqual(3, ReferenceLane<double>.Sqrt(ReferenceLane<double>.Abs(L(-9))).Value);
        Assert.AreEqual(-2.5, (-(L(10) / L(4))).Value);
    }

    private static void Refused(string message, Action action)
    {
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(action);
        StringAssert.Contains(e.Message, message);
    }

    private sealed class Table : IRowSource<double>
    {
        public int Count => 3;

        public int Width => 2;

        public void Read(ReadOnlySpan<int> rows, Span<double> destination)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                destination[2 * i] = 10 * rows[i];
                destination[(2 * i) + 1] = (10 * rows[i]) + 1;
            }
        }
    }

    private sealed class ForeignBuffer : TensorBuffer<double>
    {
        public override int Length => 4;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
