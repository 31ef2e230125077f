namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>What every back end of floats must do. A back end's test class derives from this one and says how it is made.</summary>
public abstract class BackendConformance
{
    /// <summary>What the reference computes, once for all back ends.</summary>
    private static readonly Lazy<BackendResult[]> s_expected = new(() =>
    {
        using ReferenceBackend<float> reference = new();
        return [.. BackendCases.All().Select(one => new BackendResult(one, one.Run(reference)))];
    });

    private IBackend<float> _backend = null!;

    [TestInitialize]
    public void CreateBackend() => _backend = Create();

    [TestCleanup]
    public void DisposeBackend() => _backend?.Dispose(); // none where the test is skipped

    [TestMethod]
    public void ComputesWhatTheReferenceComputes()
    {
        foreach ((BackendCase one, float[] expected) in s_expected.Value.Where(result => Covers(result.Case)))
        {
            BackendCases.AssertNear(expected, one.Run(_backend), Tolerance(one), one.Name);
        }
    }

    [TestMethod]
    public void ARowGivesTheSameBitsAloneAndInABatch()
    {
        const int Rows = 150, Inputs = 300, Outputs = 37;
        float[] x = BackendCases.Numbers(Rows * Inputs, 1);
        Tensor<float> weights = New(BackendCases.Numbers(Inputs * Outputs, 2));
        Tensor<float> bias = New(BackendCases.Numbers(Outputs, 3));
        Tensor<float> batch = _backend.Allocate(Rows * Outputs);
        Tensor<float> single = _backend.Allocate(Outputs);
        _backend.Affine(default(SigmoidRule), New(x), weights, bias, batch, Rows, Inputs, Outputs);
        for (int i = 0; i < Rows; i += 7)
        {
            _backend.Affine(default(SigmoidRule), New(x.AsSpan(i * Inputs, Inputs)), weights, bias, single, 1, Inputs, Outputs);
            CollectionAssert.AreEqual(Values(batch.Slice(i * Outputs, Outputs)), Values(single));
        }
    }

    [TestMethod]
    public void SparseRowsGiveTheBitsOfDenseOnes()
    {
        const int Rows = 61, Inputs = 300, Outputs = 45;
        SparseBatch<float> sparse = new(Inputs);
        float[] dense = new float[Rows * Inputs];
        for (int i = 0; i < Rows; i++)
        {
            int[] columns = [.. Enumerable.Range(0, Inputs).Where(j => ((i * 7) + (j * j)) % 11 == 0)];
            float[] values = BackendCases.Numbers(columns.Length, (ulong)i);
            sparse.Add(columns, values);
            for (int j = 0; j < columns.Length; j++)
            {
                dense[(i * Inputs) + columns[j]] = values[j];
            }
        }

        Tensor<float> weights = New(BackendCases.Numbers(Inputs * Outputs, 2));
        Tensor<float> bias = New(BackendCases.Numbers(Outputs, 3));
        Tensor<float> expected = _backend.Allocate(Rows * Outputs);
        Tensor<float> actual = _backend.Allocate(Rows * Outputs);
        _backend.Affine(default(SigmoidRule), New(dense), weights, bias, expected, Rows, Inputs, Outputs);
        _backend.SparseAffine(default(SigmoidRule), sparse, weights, bias, actual, Outputs);
        TrainingFixture.AssertSameBits(Values(expected), Values(actual));

        Tensor<float> outputGradient = New(BackendCases.Numbers(Rows * Outputs, 4));
        Tensor<float> wanted = _backend.Allocate(Inputs * Outputs);
        Tensor<float> found = _backend.Allocate(Inputs * Outputs);
        _backend.MatMul(New(dense), true, outputGradient, false, wanted, Inputs, Outputs, Rows);
        _backend.SparseWeightGradient(sparse, outputGradient, found, Outputs);
        TrainingFixture.AssertSameBits(Values(wanted), Values(found));
    }

    [TestMethod]
    public void RefusesRowsThatAreNotThere()
    {
        Tensor<float> six = _backend.Allocate(6);
        UpdatePass<float> pass = new(six, _backend.Allocate(6), default, default, default, GradientTransform.None, 1, 1);
        UpdateStep<AdamRule>[] step = [new(new AdamRule(1, 0.9, 0.9, 1, 1), GradientTransform.None)];
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _backend.FillRows(six, 1, [3], 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _backend.FillRows(six, 1, [-1], 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.FillRows(six, 1, [0], 4));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.FillRows(six, 1, [0], 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _backend.SumOfSquares(six, [3], 2));
        UpdatePass<float> adam = pass with { State0 = _backend.Allocate(6), State1 = _backend.Allocate(6) };
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _backend.UpdateRows(step, IdleSteps.Endless, adam, [3], [0], 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _backend.UpdateRows(step, IdleSteps.Endless, adam, [0], [1], 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.UpdateRows(step, IdleSteps.Endless, adam, [0], [0, 0], 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.UpdateRows(step, IdleSteps.Endless, adam with { Gradient = _backend.Allocate(4) }, [0], [0], 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.UpdateRows(step, IdleSteps.Endless, pass, [0], [0], 2));
        SparseBatch<float> batch = new(3);
        batch.Add([1], [1]);
        Tensor<float> two = _backend.Allocate(2);
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SparseAffine(default(ReLURule), batch, two, default, two, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SparseAffine(default(ReLURule), batch, six, default, six, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SparseAffine(default(ReLURule), batch, six, six, two, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SparseWeightGradient(batch, six, six, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SparseWeightGradient(batch, two, two, 2));
    }

    [TestMethod]
    public void WhatDecaysBelowTheSmallestNormalNumberIsZero()
    {
        // As a subnormal number it would be rounded to itself for ever, and slow down all that it is used in.
        const int Rows = 3, Columns = 7, Steps = 100;
        float[] start = new float[Rows * Columns];
        Array.Fill(start, 1e-35f);
        start[0] = float.NaN;
        start[1] = 1;
        start[2] = -1e-35f;
        foreach (bool some in new[] { false, true })
        {
            Tensor<float>[] decaying = [New(start), New(start), New(start), New(start)];
            UpdatePass<float> pass = new(decaying[0], _backend.Allocate(start.Length), decaying[1], decaying[2], decaying[3], GradientTransform.None, 1, 1);
            UpdateStep<BackendCases.Decay>[] steps = [.. Enumerable.Repeat(new UpdateStep<BackendCases.Decay>(default, GradientTransform.None), 5)];
            for (int step = 0; step < Steps; step++)
            {
                if (some)
                {
                    // Two steps for each row, three more that only shrink the states.
                    _backend.UpdateRows(steps, new IdleSteps(1e-8, 0.9, 0.9, 0.9), pass, [2, 0, 1], [0, 0, 0], Columns);
                }
                else
                {
                    _backend.Update(default(BackendCases.Decay), pass);
                }
            }

            foreach (Tensor<float> tensor in decaying)
            {
                float[] end = Values(tensor);
                Assert.IsTrue(float.IsNaN(end[0]));
                Assert.IsGreaterThan(1e-25f, end[1]);
                Assert.IsFalse(end.AsSpan(2).ContainsAnyExcept(0f), string.Join(" ", end));
            }
        }
    }

    [TestMethod]
    public void NaNStaysNaNAndCountsAsNoMatch()
    {
        float nan = float.NaN;
        Tensor<float> x = New([1, nan, 3, 1, 2, 3]);
        Tensor<float> y = _backend.Allocate(6);
        _backend.Softmax(x, y, 2, 3);
        float[] values = Values(y);
        Assert.IsTrue(values[..3].All(float.IsNaN));
        Assert.IsTrue(values[3..].All(float.IsFinite));

        Tensor<float> matches = _backend.Allocate(2);
        _backend.Matches(x, x, New([3, 5]), matches, 2, 3);
        CollectionAssert.AreEqual(new[] { 0f, 5 }, Values(matches));
        _backend.Matches(New([7, 7, 0, 7, 7, 0]), New([1, 1, 1, 0, 1, 0]), default, matches, 2, 3);
        CollectionAssert.AreEqual(new[] { 1f, 0 }, Values(matches));

        _backend.Map(default(ReLURule), x, y);
        Assert.IsTrue(float.IsNaN(Values(y)[1]));
        Assert.IsTrue(double.IsNaN(_backend.Sum(x)));

        Tensor<float> losses = _backend.Allocate(2);
        _backend.SoftmaxCrossEntropy(0, new LossPass<float>(x, New([1, 0, 0, 1, 0, 0]), default, losses, default, 1, 2, 3));
        Assert.IsTrue(float.IsNaN(Values(losses)[0]));
        Assert.AreEqual(2.407606f, Values(losses)[1], 1e-6f);
    }

    [TestMethod]
    public void SoftmaxTakesAnyFiniteLogitsAndMinusInfinity()
    {
        Tensor<float> logits = New([3e38f, -3e38f, 0, 0, float.NegativeInfinity, 0]);
        Tensor<float> y = _backend.Allocate(6);
        _backend.Softmax(logits, y, 2, 3);
        CollectionAssert.AreEqual(new[] { 1f, 0, 0, 0.5f, 0, 0.5f }, Values(y));

        Tensor<float> losses = _backend.Allocate(2);
        Tensor<float> gradient = _backend.Allocate(6);
        _backend.SoftmaxCrossEntropy(0, new LossPass<float>(logits, New([1, 0, 0, 1, 0, 0]), default, losses, gradient, 1, 2, 3));
        Assert.AreEqual(0, Values(losses)[0]);
        Assert.AreEqual(MathF.Log(2), Values(losses)[1], 1e-6f);
        CollectionAssert.AreEqual(new[] { 0f, 0, 0, -0.5f, 0, 0.5f }, Values(gradient));
    }

    [TestMethod]
    public void RefusesMemoryOfAnotherBackEndAndMemoryGivenBack()
    {
        using OtherBuffer other = new();
        Tensor<float> foreign = new(other, 0, 3);
        Tensor<float> own = _backend.Allocate(3);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _backend.Fill(foreign, 1)).Message, "another back end");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _backend.Map(default(ReLURule), own, foreign)).Message, "another back end");
        own.Buffer!.Dispose();
        own.Buffer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => _backend.Fill(own, 1));
    }

    [TestMethod]
    public void RefusesWrongLengths()
    {
        Tensor<float> five = _backend.Allocate(5);
        Tensor<float> six = _backend.Allocate(6);
        Assert.ThrowsExactly<ArgumentException>(() => _backend.MatMul(six, false, six, false, five, 2, 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.MatMul(six, false, five, false, six, 2, 3, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Affine(default(ReLURule), six, six, five, _backend.Allocate(4), 2, 3, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Map(default(ReLURule), five, six));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.MapBackward(default(ReLURule), five, five, six, five));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.AddScaled(1, five, six));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SumRows(six, five, 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Softmax(five, five, 2, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SoftmaxBackward(five, six, six, 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Matches(six, five, default, _backend.Allocate(2), 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Write([1, 2], five));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Copy(five, six));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _backend.Dropout(1, 0, five, five));
        ConvolutionShape convolution = new(1, 2, 3, 1, 1, 1, 0, 1, 1);
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Convolution(default(ReLURule), convolution, six, five.Slice(0, 1), default, five, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Convolution(default(ReLURule), convolution, six, five.Slice(0, 2), default, _backend.Allocate(6), 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Convolution(default(ReLURule), convolution, six, five.Slice(0, 1), five, _backend.Allocate(6), 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Convolution(default(ReLURule), convolution, six, five.Slice(0, 1), default, six, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Convolution(default(ReLURule), convolution with { Groups = 2 }, six, five.Slice(0, 1), default, _backend.Allocate(6), 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Convolution(default(ReLURule), convolution with { Kernel = 4 }, six, _backend.Allocate(16), default, five.Slice(0, 0), 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.ConvolutionInputGradient(convolution, six, five, _backend.Allocate(6), 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.ConvolutionWeightGradient(convolution, six, five, _backend.Allocate(1), 1));
        PoolingShape pooling = new(1, 2, 3, (2, 3), 1, 0);
        Assert.ThrowsExactly<ArgumentException>(() => _backend.MaxPool(pooling, six, five, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.MaxPool(pooling with { Padding = 2 }, six, five, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.MaxPoolBackward(pooling, six, five.Slice(0, 1), five.Slice(1, 1), six, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.AveragePool(pooling with { Stride = 0 }, six, five.Slice(0, 1), 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.AveragePoolBackward(pooling, five.Slice(0, 1), five, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.ColumnMoments(six, five.Slice(0, 3), five, 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.EncodePiecewise(six, five, _backend.Allocate(3), _backend.Allocate(9), 1, 3, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.EncodePiecewise(six, six, six, _backend.Allocate(9), 1, 3, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.EncodePiecewise(six.Slice(0, 3), six.Slice(3, 3), _backend.Allocate(3), six, 1, 3, 1));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.EncodePiecewiseBackward(six, six, _backend.Allocate(3), _backend.Allocate(9), five, 1, 3, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.EncodePiecewiseBackward(_backend.Allocate(3), _backend.Allocate(3), six.Slice(0, 3), _backend.Allocate(6), six.Slice(1, 3), 1, 3, 1));
        NormalizationPass<float> normalization = new(five.Slice(0, 3), five.Slice(0, 3), five.Slice(0, 3), five.Slice(0, 2), 1);
        Assert.ThrowsExactly<ArgumentException>(() => _backend.NormalizeColumns(normalization, six, _backend.Allocate(6), 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.NormalizeRows(normalization, six, _backend.Allocate(6), 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.Blend(1, five, 1, six));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.DropoutChannels(0.5, 0, six, six, 2, 2, 2));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.TransposeEach(six, six, 1, 2, 3));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.ElementLoss(default(MeanSquaredErrorRule), new LossPass<float>(six, six, default, five, default, 1, 2, 3)));
        Assert.ThrowsExactly<ArgumentException>(() => _backend.SoftmaxCrossEntropy(0, new LossPass<float>(six, five, default, five, default, 1, 5, 1)));
    }

    /// <summary>The back end to test; disposed of after each test.</summary>
    protected abstract IBackend<float> Create();

    /// <summary>The tolerance of a case, where it is not the one that holds for the processor.</summary>
    protected virtual double Tolerance(BackendCase one) => one.Tolerance;

    /// <summary>Whether a case is run: not where it would take too long.</summary>
    protected virtual bool Covers(BackendCase one) => true;

    private Tensor<float> New(ReadOnlySpan<float> values)
    {
        Tensor<float> tensor = _backend.Allocate(values.Length);
        _backend.Write(values, tensor);
        return tensor;
    }

    private float[] Values(Tensor<float> tensor)
    {
        float[] values = new float[tensor.Length];
        _backend.Read(tensor, values);
        return values;
    }

    private sealed record BackendResult(BackendCase Case, float[] Numbers);

    private sealed class OtherBuffer : TensorBuffer<float>
    {
        public override int Length => 3;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
