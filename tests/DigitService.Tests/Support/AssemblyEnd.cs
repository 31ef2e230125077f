namespace MLNet.GradientTrainers.DigitService.Tests.Support;

[TestClass]
public static class AssemblyEnd
{
    [AssemblyCleanup]
    public static Task End() => DigitServer.EndSharedAsync();
}
