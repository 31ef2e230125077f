using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class VBufferTests
{
    private static VBuffer<float> Sparse() => new(6, 3, [1f, 2f, 3f, 99f], [0, 2, 5, 99]);
    private static VBuffer<float> Dense() => new(3, [1f, 2f, 3f, 99f]);

    [TestMethod]
    public void ADenseVectorHasNoIndices()
    {
        var v = Dense();
        Assert.IsTrue(v.IsDense);
        Assert.AreEqual(3, v.Length);
        CollectionAssert.AreEqual(new[] { 1f, 2f, 3f }, v.GetValues().ToArray());
        Assert.AreEqual(0, v.GetIndices().Length);
    }

    [TestMethod]
    public void ASparseVectorListsItsExplicitValues()
    {
        var v = Sparse();
        Assert.IsFalse(v.IsDense);
        Assert.AreEqual(6, v.Length);
        CollectionAssert.AreEqual(new[] { 1f, 2f, 3f }, v.GetValues().ToArray());
        CollectionAssert.AreEqual(new[] { 0, 2, 5 }, v.GetIndices().ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 0f, 2f, 0f, 0f, 3f }, v.DenseValues().ToArray());
        Assert.AreEqual("0=1 2=2 5=3", string.Join(" ", v.Items().Select(i => $"{i.Key}={i.Value}")));
        Assert.AreEqual("0=1 1=0 2=2 3=0 4=0 5=3", string.Join(" ", v.Items(all: true).Select(i => $"{i.Key}={i.Value}")));
    }

    [TestMethod]
    public void TheDefaultVectorIsEmptyAndDense()
    {
        var v = default(VBuffer<float>);
        Assert.AreEqual(0, v.Length);
        Assert.IsTrue(v.IsDense);
        Assert.AreEqual(0, v.GetValues().Length);
        Assert.AreEqual(0, v.DenseValues().Count());
        v.CopyTo([]);
    }

    [TestMethod]
    public void AbsentItemsAreDefault()
    {
        var v = Sparse();
        Assert.AreEqual(2f, v.GetItemOrDefault(2));
        Assert.AreEqual(0f, v.GetItemOrDefault(3));
        float value = 7;
        v.GetItemOrDefault(4, ref value);
        Assert.AreEqual(0f, value);
        Assert.AreEqual(0f, new VBuffer<float>(4, 0, null, null).GetItemOrDefault(3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => v.GetItemOrDefault(6));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => v.GetItemOrDefault(-1));
    }

    [TestMethod]
    public void CopyToASpanFillsGapsWithTheDefaultGiven()
    {
        var target = new[] { 9f, 9f, 9f, 9f, 9f, 9f, 9f, 9f };
        Sparse().CopyTo(target, 1, defaultValue: -1);
        CollectionAssert.AreEqual(new[] { 9f, 1f, -1f, 2f, -1f, -1f, 3f, 9f }, target);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Sparse().CopyTo(new float[5]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Sparse().CopyTo(new float[6], 1));
    }

    [TestMethod]
    public void CopiesDoNotShareBuffers()
    {
        float[] values = [1f, 2f, 3f];
        VBuffer<float> copy = default;
        new VBuffer<float>(3, values).CopyTo(ref copy);
        values[0] = 50;
        Assert.AreEqual(1f, copy.GetItemOrDefault(0));

        Sparse().CopyTo(ref copy);
        Assert.IsFalse(copy.IsDense);
        CollectionAssert.AreEqual(new[] { 0, 2, 5 }, copy.GetIndices().ToArray());

        Sparse().CopyToDense(ref copy);
        Assert.IsTrue(copy.IsDense);
        CollectionAssert.AreEqual(new[] { 1f, 0f, 2f, 0f, 0f, 3f }, copy.GetValues().ToArray());
    }

    [TestMethod]
    public void ASliceKeepsSparsity()
    {
        VBuffer<float> slice = default;
        Sparse().CopyTo(ref slice, 1, 4);
        Assert.AreEqual(4, slice.Length);
        Assert.AreEqual("1=2", string.Join(" ", slice.Items().Select(i => $"{i.Key}={i.Value}")));

        Dense().CopyTo(ref slice, 1, 2);
        CollectionAssert.AreEqual(new[] { 2f, 3f }, slice.GetValues().ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Dense().CopyTo(ref slice, 2, 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Dense().CopyTo(ref slice, -1, 2));
    }

    [TestMethod]
    public void AnArrayIsCopiedIn()
    {
        VBuffer<int> v = default;
        VBuffer<int>.Copy([1, 2, 3, 4], 1, ref v, 2);
        CollectionAssert.AreEqual(new[] { 2, 3 }, v.GetValues().ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => VBuffer<int>.Copy([1, 2], 1, ref v, 2));
    }

    [TestMethod]
    public void AnEditorReusesBuffersThatAreLargeEnough()
    {
        VBuffer<float> v = default;
        var editor = VBufferEditor.Create(ref v, 4);
        Assert.IsTrue(editor.CreatedNewValues);
        Assert.AreEqual(4, editor.Values.Length);
        editor.Values.Fill(2);
        v = editor.Commit();

        editor = VBufferEditor.Create(ref v, 3);
        Assert.IsFalse(editor.CreatedNewValues);
        editor.Values[0] = 1;
        v = editor.Commit();
        CollectionAssert.AreEqual(new[] { 1f, 2f, 2f }, v.GetValues().ToArray());
    }

    [TestMethod]
    public void AnEditorMakesSparseVectors()
    {
        VBuffer<float> v = default;
        var editor = VBufferEditor.Create(ref v, 10, 3);
        Assert.AreEqual(3, editor.Indices.Length);
        for (int i = 0; i < 3; i++)
        {
            editor.Indices[i] = 3 * i;
            editor.Values[i] = i + 1;
        }
        v = editor.CommitTruncated(2);
        Assert.AreEqual("0=1 3=2", string.Join(" ", v.Items().Select(i => $"{i.Key}={i.Value}")));
        Assert.AreEqual(10, v.Length);

        var again = VBufferEditor.CreateFromBuffer(ref v);
        again.Values[1] = 5;
        Assert.AreEqual(5f, again.Commit().GetItemOrDefault(3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => VBufferEditor.Create(ref v, 2).CommitTruncated(3));
    }

    [TestMethod]
    public void AnEditorKeepsOldValuesOnRequest()
    {
        VBuffer<float> v = new(2, [1f, 2f]);
        var editor = VBufferEditor.Create(ref v, 5, keepOldOnResize: true);
        CollectionAssert.AreEqual(new[] { 1f, 2f }, editor.Values[..2].ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => VBufferEditor.Create(ref v, -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => VBufferEditor.Create(ref v, 3, 4));
    }

    [TestMethod]
    public void PartsThatDoNotFitAreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, [1f, 2f]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new VBuffer<float>(-1, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, 4, [1f, 2f, 3f, 4f], [0, 1, 2, 3]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, 2, [1f, 2f], [0]));
        Assert.AreEqual("Dense vector of size 3", Dense().ToString());
        Assert.AreEqual("Sparse vector of size 6, 3 explicit values", Sparse().ToString());
    }
}
